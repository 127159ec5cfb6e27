"""The centre as it stands: queues, demand profiles, teams and agents. What happens on a day is drawn elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.options import Options
from simulator.staffing import SAFE_SQUARE_ROOT, SHIFTS, SQUARE_ROOT, plan_cells

SERVICE, SALES, COMPLAINT = 0, 1, 2


@dataclass(frozen=True)
class Queue:
    """One queue. Times in seconds; talk, hold and wrap are lognormal with these means."""

    queue_id: str
    code: str
    name_zh: str
    name_en: str
    share: float
    answer_within: float
    short_abandon: float
    talk: float
    hold: float
    hold_share: float
    wrap: float
    resolved: float
    transfer: float
    overflow_to: int
    overflow_after: float
    topics: tuple[str, ...]


QUEUES = (
    Queue(
        "service", "Q01", "服务", "Service", 0.56, 20, 5, 62, 30, 0.14, 17, 0.83, 0.055, SALES, 150,
        ("账单查询", "套餐变更", "物流进度", "密码重置", "退换货", "发票开具"),
    ),
    Queue(
        "sales", "Q02", "销售", "Sales", 0.27, 20, 5, 92, 32, 0.10, 26, 0.87, 0.045, SERVICE, 150,
        ("产品咨询", "价格优惠", "新购下单", "续费升级"),
    ),
    Queue(
        "complaint", "Q03", "投诉", "Complaint", 0.17, 15, 5, 138, 48, 0.30, 38, 0.66, 0.10, SERVICE, 120,
        ("服务态度", "重复扣费", "质量问题", "延误赔付"),
    ),
)  # fmt: skip

TRANSFER_REASONS = ("业务不归属本组", "需专业坐席处理", "客户要求转接", "需上级审批", "转满意度评价")

WEEKDAY_FACTOR = np.array([1.17, 1.09, 1.05, 1.04, 1.07, 0.82, 0.76])

# Share of a day's contacts per half hour: quiet nights, peaks at 9:30-11:30 and 14-17, a shoulder in the evening.
_PROFILE = np.array(
    [
        (5, 4, 3, 3, 2, 2, 2, 2, 2, 2, 3, 4, 6, 9, 15, 24, 42, 58, 72, 82, 86, 84, 76, 64),
        (52, 48, 52, 62, 74, 80, 81, 79, 74, 66, 56, 47, 40, 38, 39, 42, 43, 40, 34, 27, 20, 14, 10, 7),
    ],
    dtype=float,
).ravel()
PROFILE = _PROFILE / _PROFILE.sum()

UNHURRIED = 1.6  # agents who answer feelings at the pace of the rules need so many times the talk
IVR_ONLY_SHARE = 0.11
TEST_SHARE = 0.003
NEW_AGENTS = (26, 20, 28)  # days of employment of the newest agents when the simulation starts
REPEAT_SHARE = 0.085  # of all contacts are repeats once the simulation has run for a week


@dataclass(frozen=True)
class Agents:
    """Agents as arrays of length n. ``priority[n, queue]`` is 0 for no skill, 1 primary, 2 and 3 further skills."""

    priority: np.ndarray
    team: np.ndarray
    shift: np.ndarray
    days_off: np.ndarray  # [n, 7] bool
    speed: np.ndarray
    quality: np.ndarray
    hired_days_before: np.ndarray
    team_queue: np.ndarray

    @property
    def n(self) -> int:
        return len(self.team)

    @property
    def ids(self) -> np.ndarray:
        return np.array([f"A{number:05d}" for number in range(1, self.n + 1)], dtype=object)

    @property
    def team_ids(self) -> np.ndarray:
        return np.array([f"T{number:03d}" for number in range(1, len(self.team_queue) + 1)], dtype=object)


def load_per_half_hour(calls_per_day: int, talk_factor: float = 1) -> np.ndarray:
    """Erlangs offered on a mean day, shape [48, queue]: arrivals x (ring + talk + hold + wrap)."""
    seconds = np.array([4 + talk_factor * q.talk + q.hold * q.hold_share + q.wrap for q in QUEUES])
    share = np.array([q.share for q in QUEUES]) * (1 - IVR_ONLY_SHARE) * 1.04  # 4 % more legs by transfers
    arrivals = calls_per_day * PROFILE[:, None] * share[None, :]
    return np.asarray(arrivals * seconds[None, :] / 1800)


def build_agents(options: Options) -> Agents:
    """Agents of this centre. Depends on the seed, the load and ``--agents``, never on the simulated days."""
    talk_factor, square_root = (UNHURRIED, SAFE_SQUARE_ROOT) if options.spotless else (1, SQUARE_ROOT)
    cells = plan_cells(load_per_half_hour(options.calls_per_day, talk_factor), options.agents, square_root)
    queue = np.concatenate([np.full(count, q) for (_, q), count in cells.items()]).astype(np.int64)
    shift = np.concatenate([np.full(count, s) for (s, _), count in cells.items()]).astype(np.int64)
    days_off = np.concatenate([_days_off(count) for count in cells.values()])
    n = len(queue)
    order = np.lexsort((np.arange(n), shift, queue))  # teams hold one primary skill
    queue, shift, days_off = queue[order], shift[order], days_off[order]
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([options.seed, 0, 0])))
    team, team_queue = _teams(queue)
    return Agents(
        priority=_skills(queue, shift, n),
        team=team,
        shift=shift,
        days_off=days_off,
        speed=np.exp(rng.normal(0, 0.12, n)),
        quality=np.clip(rng.normal(0, 0.06, n), -0.14, 0.12),
        hired_days_before=_hired(n, rng),
        team_queue=team_queue,
    )


def _hired(n: int, rng: np.random.Generator) -> np.ndarray:
    """Days from hiring to the first simulated day. The last three agents are new: one exactly four weeks, two less."""
    before = rng.integers(30, 2_500, n)
    before[-len(NEW_AGENTS) :] = NEW_AGENTS[-n:]
    return before


def _days_off(count: int) -> np.ndarray:
    """Two days off a week on average, more of them when demand is low; shape [count, 7]."""
    off = np.zeros((count, 7), dtype=bool)
    turn = 0
    for weekday in range(7):
        resting = count - min(count, max(1, round(count * 5 / 7 * WEEKDAY_FACTOR[weekday])))
        for step in range(resting):
            off[(turn + step) % count, weekday] = True
        turn += resting
    return off


def _skills(queue: np.ndarray, shift: np.ndarray, n: int) -> np.ndarray:
    """Primary and one secondary skill; small centres and the night shift need people who can do everything."""
    priority = np.zeros((n, len(QUEUES)), dtype=np.int8)
    index = np.arange(n)
    second = np.where(queue == SERVICE, np.where(index % 3 == 0, COMPLAINT, SALES), SERVICE)
    priority[index, queue] = 1
    priority[index, second] = 2
    third = 3 - queue - second
    everything = (n < 60) | (shift == 0) | (shift == len(SHIFTS) - 1)
    priority[index[everything], third[everything]] = 3
    return priority


def _teams(queue: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Teams of about ten with the same primary skill: (team of each agent, queue of each team)."""
    team = np.zeros(len(queue), dtype=np.int64)
    team_queue: list[int] = []
    for q in range(len(QUEUES)):
        members = np.flatnonzero(queue == q)
        if len(members) == 0:
            continue
        teams = max(1, round(len(members) / 10))
        team[members] = len(team_queue) + np.arange(len(members)) % teams
        team_queue += [q] * teams
    return team, np.array(team_queue)
