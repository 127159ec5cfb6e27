"""Numbers that stand for states and decisions while a day is simulated. Their written form: landing/."""

from __future__ import annotations

from enum import IntEnum

NONE = -1  # no time, no agent, no value


class AgentState(IntEnum):
    AVAILABLE = 0
    RINGING = 1
    TALK = 2
    HOLD = 3
    WRAP = 4
    BREAK = 5
    MEETING = 6
    TRAINING = 7


class Leg(IntEnum):
    """How far a leg came in the queue engine. ``UNUSED`` legs were possible and did not happen."""

    UNUSED = 0
    WAITING = 1
    ANSWERED = 2
    ABANDONED = 3
    FLOWOUT = 4
    OPEN = 5
    IVR_EXIT = 6
    NO_ANSWER = 7  # an outbound call that the customer did not take


class Deadline(IntEnum):
    """What happens to a caller who is still waiting when the deadline comes."""

    ABANDON = 1
    OVERFLOW = 2
    VOICEMAIL = 3
    CALLBACK = 4
    IVR = 5
    DROP = 6  # a call-back that nobody had time to make


class Depends(IntEnum):
    """Why a customer calls again on the same day."""

    UNRESOLVED = 1
    ABANDONED = 2


class Transfer(IntEnum):
    COLD = 0
    WARM = 1
    EXTERNAL = 2
    IVR = 3


class Direction(IntEnum):
    INBOUND = 0
    OUTBOUND = 1


class EndedBy(IntEnum):
    AGENT = 0
    CUSTOMER = 1
    SYSTEM = 2
