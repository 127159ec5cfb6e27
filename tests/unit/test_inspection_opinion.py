"""The second opinion, asked of a local server that speaks the chat-completions protocol, with each of its faults."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from asr_jobs.inspection import opinion_answers
from asr_jobs.inspection.business_pack import business_pack
from asr_jobs.inspection.judgement import Judgement, Score
from asr_jobs.inspection.models import judge
from asr_jobs.inspection.opinion import Opinion
from lingting.errors import UsageError
from lingting.paths import home
from lingting.settings import OpinionSettings, settings_for
from tests.unit.inspection_talk import codes, good, talk

DIMENSIONS = [dimension.id for dimension in business_pack().dimensions]
FAIR = {"scores": {name: {"points": 80, "turn": 1, "why": "好"} for name in DIMENSIONS}}


def completion(content: str | None, **message: Any) -> dict[str, Any]:
    said = {"role": "assistant", "content": content, "refusal": message.pop("refusal", None)}
    choice = {"index": 0, "message": said, "finish_reason": message.pop("finish_reason", "stop"), "logprobs": None}
    return {"id": "c1", "object": "chat.completion", "created": 1, "model": "stub", "choices": [choice]}


class Endpoint:
    """A server that gives one reply, after a while if asked, and remembers what it was asked."""

    def __init__(self) -> None:
        self.status, self.body, self.delay = 200, json.dumps(completion(json.dumps(FAIR))), 0.0
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers["Content-Length"]))
                endpoint.asked.append({"path": self.path, **json.loads(text)})
                endpoint.headers.append({name.lower(): value for name, value in self.headers.items()})
                time.sleep(endpoint.delay)
                reply = endpoint.body.encode("utf-8")
                try:
                    self.send_response(endpoint.status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(reply)))
                    self.end_headers()
                    self.wfile.write(reply)
                except ConnectionError:
                    pass  # the client did not wait

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def says(self, content: str | None, **message: Any) -> None:
        self.body = json.dumps(completion(content, **message))


Switch = Callable[..., None]


@pytest.fixture
def switch_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Switch]:
    """Switch the opinion on in a home of its own."""
    monkeypatch.setenv("LINGTING_HOME", str(tmp_path))
    settings_for.cache_clear()

    def switch(base_url: str, **more: Any) -> None:
        asked = {"enabled": True, "base_url": base_url, "model": "stub", "timeout_seconds": 5, **more}
        monkeypatch.setenv("LINGTING_INSPECTION__OPINION", json.dumps(asked))
        settings_for.cache_clear()

    yield switch
    settings_for.cache_clear()


@pytest.fixture
def endpoint(switch_on: Switch) -> Iterator[Endpoint]:
    endpoint = Endpoint()
    switch_on(f"http://127.0.0.1:{endpoint.server.server_port}/v1")
    yield endpoint
    endpoint.server.shutdown()
    endpoint.server.server_close()


def opinion_of(said: Judgement) -> dict[str, Score]:
    return {score.item: score for score in said.scores if score.model == "opinion"}


def asked_once(model: Opinion | None = None) -> Score:
    """The total of one opinion."""
    return opinion_of((model or Opinion()).judge(good(), Judgement()))["total"]


def test_it_is_off_by_default_and_then_says_and_asks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINGTING_HOME", str(tmp_path))
    settings_for.cache_clear()
    assert opinion_of(judge(good())) == {}
    assert list(tmp_path.iterdir()) == []
    settings_for.cache_clear()


def test_it_scores_the_dimensions_beside_the_rules_and_changes_none_of_theirs(endpoint: Endpoint) -> None:
    said = judge(good("closing"))
    opinion = opinion_of(said)
    assert {item: score.points for item, score in opinion.items()} == dict.fromkeys([*DIMENSIONS, "total"], 80)
    assert all(reason.turn_no == 1 and reason.points == -20 for reason in opinion["tone"].reasons)
    endpoint.says("no idea")
    rules = [score for score in judge(good("closing")).scores if score.model != "opinion"]
    assert rules == [score for score in said.scores if score.model != "opinion"]
    assert {finding.outcome for finding in said.findings if finding.rule_id == "closing"} == {"miss"}


def test_only_masked_turns_are_sent_with_their_numbers(endpoint: Endpoint) -> None:
    Opinion().judge(talk("a: 您好", "c: 我的卡号是[银行卡号]"), Judgement())
    (asked,) = endpoint.asked
    assert (asked["path"], asked["model"], asked["temperature"]) == ("/v1/chat/completions", "stub", 0)
    assert asked["messages"][1]["content"] == "1 坐席: 您好\n2 客户: 我的卡号是[银行卡号]"
    assert all(name in asked["messages"][0]["content"] for name in DIMENSIONS)


def test_a_text_with_a_long_number_is_never_sent(endpoint: Endpoint) -> None:
    said = Opinion().judge(talk("c: 6222020212345678"), Judgement())
    assert codes(opinion_of(said)["total"]) == ["opinion_not_masked"]
    assert endpoint.asked == [] and not home().opinions.exists()


def test_the_same_question_is_asked_once_and_prompt_and_answer_are_kept_for_the_owner(endpoint: Endpoint) -> None:
    first, second = asked_once(), asked_once(Opinion())
    assert first == second and len(endpoint.asked) == 1
    (path,) = home().opinions.iterdir()
    (line,) = path.read_text(encoding="utf-8").splitlines()
    record = json.loads(line)
    assert record["messages"] == endpoint.asked[0]["messages"] and json.loads(record["answer"]) == FAIR
    assert (record["prompt_version"], record["model"]) == ("1", "stub")
    assert path.name.startswith(record["prompt_sha256"][:2])
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700


def test_an_answer_cut_short_by_a_crash_is_asked_for_again_and_spoils_no_other(endpoint: Endpoint) -> None:
    asked_once()
    (path,) = home().opinions.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert asked_once().points == 80 and len(endpoint.asked) == 2
    assert opinion_answers.kept(json.loads(whole)["prompt_sha256"]) is not None
    assert asked_once().points == 80 and len(endpoint.asked) == 2


def answer(sha256: str, asked_at: datetime) -> dict[str, str]:
    return {"prompt_sha256": sha256, "asked_at": asked_at.isoformat(timespec="seconds")}


def test_what_was_asked_long_ago_is_forgotten_and_the_rest_is_kept(switch_on: Switch) -> None:
    switch_on("http://127.0.0.1:9/v1", keep_days=30, enabled=False)
    now = datetime(2026, 10, 31, tzinfo=UTC)
    days_ago = {"aa1": 31, "aa2": 30, "aa3": 0, "bb1": 31}
    for name, days in days_ago.items():
        opinion_answers.keep(answer(name, now - timedelta(days=days)))
    with (home().opinions / "aa.jsonl").open("ab") as file:
        file.write(b'{"prompt_sha256": "aa4", "messages": ["cut sho')
    assert opinion_answers.forget_old(now) == 3
    assert [name for name in days_ago if opinion_answers.kept(name)] == ["aa2", "aa3"]
    (path,) = home().opinions.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert opinion_answers.forget_old(now) == 0


def test_an_answer_that_comes_while_old_ones_are_forgotten_is_not_lost(switch_on: Switch) -> None:
    switch_on("http://127.0.0.1:9/v1", keep_days=30)
    now = datetime(2026, 10, 31, tzinfo=UTC)
    names = [f"aa{number}" for number in range(60)]

    def keep_all() -> None:
        for name in names:
            opinion_answers.keep(answer(f"{name}-old", now - timedelta(days=31)))
            opinion_answers.keep(answer(name, now))

    worker = threading.Thread(target=keep_all)
    worker.start()
    gone = 0
    while worker.is_alive():
        gone += opinion_answers.forget_old(now)
    gone += opinion_answers.forget_old(now)
    assert gone == len(names) and all(opinion_answers.kept(name) for name in names)


def test_another_model_is_another_question_and_another_version(endpoint: Endpoint, switch_on: Switch) -> None:
    before = asked_once()
    switch_on(f"http://127.0.0.1:{endpoint.server.server_port}/v1", model="other")
    after = asked_once()
    assert len(endpoint.asked) == 2 and before.model_version != after.model_version


def test_a_long_conversation_is_cut_in_the_middle(endpoint: Endpoint, switch_on: Switch) -> None:
    switch_on(f"http://127.0.0.1:{endpoint.server.server_port}/v1", max_turns=3)
    Opinion().judge(good(), Judgement())
    lines = endpoint.asked[0]["messages"][1]["content"].splitlines()
    assert [line.split()[0] for line in lines] == ["1", "2", "（中间省略", "10"]


OUT_OF_RANGE = {"scores": {**FAIR["scores"], "tone": {"points": 140}}}
NO_SUCH_TURN = {"scores": {**FAIR["scores"], "tone": {"points": 50, "turn": 99}}}
INCOMPLETE = {"scores": {"tone": {"points": 50}}}
NOT_A_NUMBER = '{"scores": {' + ", ".join(f'"{name}": {{"points": NaN}}' for name in DIMENSIONS) + "}}"


@pytest.mark.parametrize(
    ("content", "message", "code"),
    [
        ("这通电话不错", {}, "opinion_bad_json"),
        ('{"scores": {', {}, "opinion_bad_json"),
        ('{"scores": [1]}', {}, "opinion_bad_json"),
        (json.dumps(INCOMPLETE), {}, "opinion_bad_json"),
        (json.dumps(FAIR).replace("80", '"80"'), {}, "opinion_bad_json"),
        (json.dumps(OUT_OF_RANGE), {}, "opinion_out_of_range"),
        (json.dumps(NO_SUCH_TURN), {}, "opinion_out_of_range"),
        (NOT_A_NUMBER, {}, "opinion_out_of_range"),
        (None, {"refusal": "I can not help with that."}, "opinion_refused"),
        (None, {"finish_reason": "content_filter"}, "opinion_refused"),
        ("", {}, "opinion_empty"),
        (None, {}, "opinion_empty"),
    ],
)
def test_an_answer_that_can_not_be_used_is_undecided_and_kept(
    endpoint: Endpoint, content: str | None, message: dict[str, Any], code: str
) -> None:
    endpoint.says(content, **message)
    score = asked_once()
    assert (score.outcome, score.points, codes(score)) == ("undecided", None, [code])
    assert asked_once() == score and len(endpoint.asked) == 1


def test_json_wrapped_in_words_and_fences_is_read(endpoint: Endpoint) -> None:
    endpoint.says(f"好的：\n```json\n{json.dumps(FAIR)}\n```\n以上。")
    assert asked_once().points == 80


@pytest.mark.parametrize(
    ("status", "code"),
    [(429, "opinion_too_many_requests"), (500, "opinion_server_error"), (503, "opinion_server_error"),
     (401, "opinion_not_allowed"), (400, "opinion_request_refused"), (404, "opinion_request_refused")],
)  # fmt: skip
def test_a_refused_request_is_undecided_and_asked_again_next_time(endpoint: Endpoint, status: int, code: str) -> None:
    endpoint.status, endpoint.body = status, '{"error": {"message": "no"}}'
    score = asked_once()
    assert (score.outcome, codes(score)) == ("undecided", [code])
    assert len(endpoint.asked) == 1, "a request is not repeated within one call"
    endpoint.status, endpoint.body = 200, json.dumps(completion(json.dumps(FAIR)))
    assert asked_once().points == 80


@pytest.mark.parametrize("body", ["<html>busy</html>", "", "[]", '{"choices": []}', '{"choices": null}'])
def test_a_reply_that_is_not_of_the_protocol_is_undecided(endpoint: Endpoint, body: str) -> None:
    endpoint.body = body
    assert codes(asked_once()) == ["opinion_bad_reply"]


def test_a_slow_endpoint_is_not_waited_for(endpoint: Endpoint, switch_on: Switch) -> None:
    switch_on(f"http://127.0.0.1:{endpoint.server.server_port}/v1", timeout_seconds=0.2)
    endpoint.delay = 1.0
    assert codes(asked_once()) == ["opinion_timeout"]


def test_a_dead_endpoint_is_left_alone_for_a_while_and_the_run_goes_on(switch_on: Switch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    switch_on(f"http://127.0.0.1:{port}/v1")
    model = Opinion()
    assert [codes(asked_once(model)) for _ in range(5)] == [["opinion_unreachable"]] * 3 + [
        ["opinion_endpoint_left_alone"]
    ] * 2
    assert {score.model for score in judge(good()).scores} == {"compliance", "business", "emotion", "fusion", "opinion"}


def test_the_key_comes_from_the_variable_that_is_named(
    endpoint: Endpoint, switch_on: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_on(f"http://127.0.0.1:{endpoint.server.server_port}/v1", api_key_env="MY_KEY")
    with pytest.raises(UsageError, match="MY_KEY, which is not set"):
        asked_once()
    monkeypatch.setenv("MY_KEY", "s3cret")
    asked_once()
    assert endpoint.headers[0]["authorization"] == "Bearer s3cret"
    assert "s3cret" not in next(home().opinions.iterdir()).read_text(encoding="utf-8")


def test_switched_on_without_an_endpoint_is_refused() -> None:
    with pytest.raises(ValueError, match=r"base_url and \.model"):
        OpinionSettings(enabled=True)
