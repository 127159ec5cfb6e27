"""The third engine keeps the protocol: with a model of SenseVoice's shape, made here, sherpa-onnx itself runs.

The model knows nothing: its weights are chosen so that every frame says the same token. No real weights were at hand.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from asr_jobs.engine import load, plan
from asr_jobs.engines.sherpa_onnx import timed_words
from lingting.errors import UsageError
from lingting.settings import AsrSettings

TOKENS = ["<blk>", "<s>", "</s>", "<|zh|>", "<|NEUTRAL|>", "<|Speech|>", "<|woitn|>", "您", "好", "\u2581hello"]


def protobuf_entry(key: str, value: str) -> bytes:
    """One metadata_props entry (field 14 of ONNX's ModelProto): behind a serialised model it is part of it."""

    def text(field: int, content: bytes) -> bytes:
        size, length = len(content), b""
        while True:
            size, rest = size >> 7, size & 0x7F
            length += bytes([rest | (0x80 if size else 0)])
            if not size:
                return bytes([field << 3 | 2]) + length + content

    return text(14, text(1, key.encode()) + text(2, value.encode()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch

    class Tiny(torch.nn.Module):
        """(N, T, 560) features -> (N, T + 4, vocabulary) logits: four tags, then 您 and 好 by turns of ten frames."""

        def forward(
            self, x: torch.Tensor, x_length: torch.Tensor, language: torch.Tensor, text_norm: torch.Tensor
        ) -> torch.Tensor:
            frames = torch.cumsum(torch.ones_like(x[:, :, 0]), dim=1) - 1
            is_second = (frames % 20 >= 10).float()
            spoken = torch.stack([1 - is_second, is_second], dim=-1)
            unused = (x.sum() * 0 + (x_length.sum() + language.sum() + text_norm.sum()).float() * 0) + 0
            logits = torch.nn.functional.pad(spoken * 10 + unused, (7, 1))
            tags = torch.eye(len(TOKENS))[3:7].unsqueeze(0).expand(x.shape[0], -1, -1) * 10
            return torch.cat([tags, logits], dim=1)

    target = tmp_path_factory.mktemp("sense-voice-tiny")
    example = (torch.zeros(1, 20, 560), torch.tensor([20]).int(), torch.tensor([0]).int(), torch.tensor([0]).int())
    names = ["x", "x_length", "language", "text_norm"]
    axes = {"x": {0: "N", 1: "T"}, **{name: {0: "N"} for name in names[1:]}, "logits": {0: "N", 1: "L"}}
    # The exporter asks for the package onnx only to look for custom functions, and there are none.
    patch = pytest.MonkeyPatch()
    patch.setattr("torch.onnx._internal.onnx_proto_utils._add_onnxscript_fn", lambda model, opsets: model)
    torch.onnx.export(
        Tiny(), example, str(target / "model.onnx"), input_names=names, output_names=["logits"], dynamic_axes=axes,
        opset_version=17, dynamo=False,
    )  # fmt: skip
    patch.undo()
    numbers = {"lfr_window_size": 7, "lfr_window_shift": 6, "normalize_samples": 0, "vocab_size": len(TOKENS)}
    choices = {"with_itn": 14, "without_itn": 15, "lang_auto": 0, "lang_zh": 3, "lang_en": 4, "lang_yue": 7}
    scale = {"neg_mean": ",".join(["0"] * 560), "inv_stddev": ",".join(["1"] * 560), "model_type": "sense_voice_ctc"}
    with (target / "model.onnx").open("ab") as model:
        for key, value in {**numbers, **choices, "lang_ja": 11, "lang_ko": 12, **scale}.items():
            model.write(protobuf_entry(key, str(value)))
    (target / "tokens.txt").write_text("".join(f"{token} {at}\n" for at, token in enumerate(TOKENS)), encoding="utf-8")
    return target


def test_sherpa_onnx_gives_words_with_times_and_no_tags(folder: Path) -> None:
    chosen = plan(AsrSettings(engine="sherpa_onnx", model_folder=folder))
    assert (chosen.maker.device, chosen.maker.compute_type) == ("cpu", "float32")
    noise = np.random.default_rng(1).uniform(-0.1, 0.1, 16000 * 3).astype(np.float32)
    long, short = load(chosen).transcribe([noise, noise[:16000]], "zh")
    assert long.text.startswith("您好您")
    assert "<" not in long.text
    assert len(short.words) < len(long.words)
    assert all(0 <= word.start < word.end <= 3.5 for word in long.words)
    assert [word.start for word in long.words] == sorted(word.start for word in long.words)


def test_other_tokens_are_another_model(folder: Path) -> None:
    first = plan(AsrSettings(engine="sherpa_onnx", model_folder=folder)).maker.model_sha256
    tokens = folder / "tokens.txt"
    before = tokens.read_text(encoding="utf-8")
    tokens.write_text(before.replace("您", "你"), encoding="utf-8")
    assert plan(AsrSettings(engine="sherpa_onnx", model_folder=folder)).maker.model_sha256 != first
    tokens.write_text(before, encoding="utf-8")


def test_a_folder_without_a_model_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"lacks model\.int8\.onnx"):
        plan(AsrSettings(engine="sherpa_onnx", model_folder=tmp_path))
    with pytest.raises(UsageError, match=r"asr\.model_folder"):
        plan(AsrSettings(engine="sherpa_onnx"))


def test_tokens_become_words_with_spaces_only_in_english() -> None:
    assert "".join(w.text for w in timed_words(["<|zh|>", "您", "好"], [0.0, 0.1, 0.3], 1.0)) == "您好"
    assert "".join(w.text for w in timed_words(["\u2581hel", "lo", "\u2581you"], [0.0, 0.2, 0.4], 1.0)) == "hello you"
    assert "".join(w.text for w in timed_words(["hel@@", "lo", "you"], [0.0, 0.2, 0.4], 1.0)) == "hello you"
    with pytest.raises(UsageError, match="no times"):
        timed_words(["您"], [], 1.0)
