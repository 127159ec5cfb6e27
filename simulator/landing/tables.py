"""The day's records as the columns of the export files. Writing them to disk: files.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.centre import QUEUES, TRANSFER_REASONS, Agents
from simulator.events.day import Day
from simulator.events.menu import STEPS
from simulator.events.shapes import Records
from simulator.landing.text import (
    call_ids,
    caller_numbers,
    codes,
    contact_ids,
    joined,
    moments,
    numbers,
    padded,
)
from simulator.options import DAY_MS

QUEUE_CODES = [q.code for q in QUEUES]
OUTCOMES = ["", "", "ANS", "ABD", "FLO", "OPN", "IVR", "NOA"]
FLOWS = [None, None, "OVF", "VM", "CB", "IVR", None]
STATES = ["IDLE", "RING", "TALK", "HOLD", "ACW", "BRK", "MTG", "TRN"]
TOPICS = [topic for q in QUEUES for topic in q.topics]
_TOPIC_FIRST = np.concatenate([[0], np.cumsum([len(q.topics) for q in QUEUES])[:-1]])


@dataclass
class Ids:
    """Identifiers of a day, made once: one per contact, one per leg."""

    contact: pa.Array
    call: pa.Array
    contact_of_leg: pa.Array


def ids_of(records: Records) -> Ids:
    contact = contact_ids(records.contacts.code)
    of_leg = contact.take(pa.array(records.legs.contact))
    return Ids(contact, call_ids(of_leg, records.legs.leg_no), of_leg)


def agent_names(agents: Agents) -> pa.Array:
    return pa.array(agents.ids, type=pa.string())


def leg_topics(records: Records, rows: np.ndarray, spoken: list[str]) -> pa.Array:
    """The topic of each answered leg; legs ``rows`` have the topic of the conversation that was ``spoken`` in them."""
    legs = records.legs
    drawn = codes(np.where(legs.topic >= 0, _TOPIC_FIRST[legs.queue.clip(0)] + legs.topic, -1), TOPICS)
    where = np.full(len(legs.topic), -1, dtype=np.int64)
    where[rows] = np.arange(len(rows))
    return pc.coalesce(pa.array(spoken, pa.string()).take(pa.array(where, mask=where < 0)), drawn)


def calls(day: Day, ids: Ids, agents: Agents, topics: pa.Array) -> tuple[pa.Table, np.ndarray]:
    """(rows, the absolute ms that decides their day). Callers who withhold their number are ``anonymous``."""
    legs, contacts = day.records.legs, day.records.contacts
    caller = caller_numbers(contacts.customer)
    hidden = contacts.is_withheld & ~contacts.is_outbound
    caller = pc.if_else(pa.array(hidden), "anonymous", caller)
    columns = {
        "话单号": ids.call,
        "会话号": ids.contact_of_leg,
        "段序": numbers(legs.leg_no),
        "呼叫类型": codes(legs.direction, ["呼入", "呼出"]),
        "技能组": codes(legs.queue, QUEUE_CODES),
        "工号": codes(legs.agent, agents.ids.tolist()),
        "客户号码": caller.take(pa.array(legs.contact)),
        "进线时间": moments(legs.entered),
        "转人工时间": moments(legs.requested),
        "入队时间": moments(legs.queued),
        "应答时间": moments(legs.answered),
        "结束时间": moments(legs.ended),
        "振铃毫秒": numbers(legs.ring),
        "通话毫秒": numbers(legs.talk),
        "保持毫秒": numbers(legs.hold),
        "话后毫秒": numbers(legs.wrap),
        "结果码": codes(legs.outcome, OUTCOMES),
        "流出码": codes(legs.flow, FLOWS),
        "挂机方": codes(legs.ended_by, ["坐席", "客户", "系统"]),
        "转接码": codes(legs.transfer, ["C", "W", "E", "I"]),
        "转入技能组": codes(legs.transfer_to, QUEUE_CODES),
        "转接原因": codes(legs.reason, TRANSFER_REASONS),
        "承诺回拨": codes(legs.promised, ["N", "Y"]),
        "测试标志": codes(contacts.is_test[legs.contact].astype(np.int64), ["0", "1"]),
        "业务主题": topics,
        "处理结果": codes(legs.mark, ["未解决", "已解决"]),
    }
    return pa.table(columns), np.where(legs.queued >= 0, legs.queued, legs.entered)


_STEP_WORDS = pa.array(
    [
        f'"node":"{step.node}","key":{f"""{chr(34)}{step.key}{chr(34)}""" if step.key else "null"},'
        f'"result":"{step.result.upper()}","enter":"'
        for step in STEPS
    ]
)


def menu_lines(day: Day, ids: Ids) -> tuple[pa.Table, np.ndarray]:
    """JSON lines in one column named ``line``, each with its line end."""
    steps = day.records.steps
    contact = ids.contact.take(pa.array(steps.contact))
    number = pa.array(steps.step_no).cast(pa.string())
    line = joined(
        '{"step":"', contact, "-S", number, '","session":"', contact, '","seq":', number, ",",
        _STEP_WORDS.take(pa.array(steps.step)), moments(steps.entered), '","leave":"', moments(steps.left), '"}\n',
    )  # fmt: skip
    return pa.table({"line": line}), steps.entered


def agent_states(day: Day, ids: Ids, agents: Agents) -> tuple[pa.Table, np.ndarray]:
    states = day.records.states
    number = np.arange(1, len(states.agent) + 1)
    leg = pa.array(states.leg, mask=states.leg < 0)
    columns = {
        "流水号": joined(f"AS{day.records.day:%Y%m%d}-", padded(number, 8)),
        "工号": codes(states.agent, agents.ids.tolist()),
        "状态码": codes(states.state, STATES),
        "开始时间": moments(states.start),
        "结束时间": moments(states.end),
        "话单号": ids.call.take(leg),
    }
    return pa.table(columns), states.start


def surveys(day: Day, ids: Ids) -> tuple[pa.Table, np.ndarray]:
    s = day.surveys
    contact = ids.contact.take(pa.array(s.contact))
    columns = {
        "调查号": joined(pc.replace_substring(contact, "C", "S"), "-", pa.array(s.number).cast(pa.string())),
        "会话号": contact,
        "话单号": ids.call.take(pa.array(s.leg)),
        "题目": codes(s.question, ["满意度", "净推荐", "费力度", "费力度旧版", "是否解决"]),
        "评分": numbers(s.answer),
        "渠道": codes(s.channel, ["IVR", "短信"]),
        "轮次": numbers(s.wave),
        "邀请时间": moments(s.invited),
        "评价时间": moments(s.replied),
    }
    return pa.table(columns), s.invited


def agents_list(agents: Agents, first_day: date) -> pa.Table:
    """Obviously synthetic names: 坐席00001 and so on."""
    number = np.arange(1, agents.n + 1)
    team = agents.team
    rank = np.array([int((agents.team_queue[: t + 1] == q).sum()) for t, q in enumerate(agents.team_queue)])
    name_zh = [f"{QUEUES[q].name_zh}{n}组" for q, n in zip(agents.team_queue, rank, strict=True)]
    name_en = [f"{QUEUES[q].name_en} team {n}" for q, n in zip(agents.team_queue, rank, strict=True)]
    columns = {
        "工号": agent_names(agents),
        "日期": pa.array([first_day.isoformat()] * agents.n),
        "姓名": joined("坐席", padded(number, 5)),
        "班组": codes(team, agents.team_ids.tolist()),
        "班组名称": codes(team, name_zh),
        "班组英文名": codes(team, name_en),
        "入职日期": pa.array([(first_day - timedelta(days=int(d))).isoformat() for d in agents.hired_days_before]),
        "在职": pa.array(["1"] * agents.n),
    }
    return pa.table(columns)


def queues_list(first_day: date) -> pa.Table:
    return pa.table(
        {
            "技能组": QUEUE_CODES,
            "日期": [first_day.isoformat()] * len(QUEUES),
            "名称": [q.name_zh for q in QUEUES],
            "英文名": [q.name_en for q in QUEUES],
            "接通阈值秒": [int(q.answer_within) for q in QUEUES],
            "短放弃阈值秒": [int(q.short_abandon) for q in QUEUES],
        }
    )


def days_after(wall_ms: np.ndarray, midnight: int) -> np.ndarray:
    """Days after the simulated day on which each row lies."""
    return (wall_ms - midnight) // DAY_MS
