"""Settings, read once from ``$LINGTING_HOME/lingting.toml`` and ``LINGTING_*`` variables (variables win).

Every tunable of the Python rooms lives here. KPI targets do not: they live in dbt/seeds/kpi_catalogue.csv.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


def home_from_environment() -> Path:
    """Absolute path of the state folder: ``$LINGTING_HOME``, else ``./data``."""
    return _resolved(Path(os.environ.get("LINGTING_HOME") or "data").absolute())


@cache
def _resolved(path: Path) -> Path:
    """Asked some hundred times for a page, and each time it would look at every folder on the way."""
    return path.resolve()


class LoadSettings(BaseModel):
    max_reject_ratio: float = Field(0.5, ge=0, le=1, description="above it a file is refused whole (exit 3)")


class AsrSettings(BaseModel):
    engine: str = "whisperx"
    model: str = "base"
    model_folder: Path | None = Field(None, description="a folder with the weights; tried before every other place")
    device: Literal["auto", "cuda", "cpu"] = "auto"
    language: Literal["zh", "en"] = "zh"
    agent_channel: int = Field(0, ge=0, le=1, description="the agent's channel of a two-channel recording; 0 is left")
    mono_speakers: bool = Field(
        False, description="tell the two speakers of a one-channel recording apart by voice: a guess; needs group mono"
    )
    batch_size: int | None = Field(None, ge=1, description="None: 4 on a CPU, 32 on a GPU")
    threads: int | None = Field(None, ge=1, description="None: all cores")
    workers: int | None = Field(None, ge=1, description="processes that hear; None: one per GPU, or one on a CPU")
    ray_address: str | None = Field(None, description="of a Ray cluster that hears, or auto; None: this machine does")
    max_hours: float = Field(6.0, gt=0, le=48, description="a longer recording is refused as TOO_LONG")
    max_failed_ratio: float = Field(0.5, ge=0, le=1, description="above it a partition of recordings fails")


class LiveSettings(BaseModel):
    """Live inspection (`lingting live`). Seconds unless a name says otherwise."""

    host: str = Field("127.0.0.1", description="where the WebSocket listens; elsewhere it needs TLS or --insecure")
    port: int = Field(8766, ge=0, le=65535, description="0: any free port")
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    audiosocket_host: str = "127.0.0.1"
    audiosocket_port: int = Field(9092, ge=0, le=65535, description="0: any free port")
    audiosocket_from: list[str] = Field(["127.0.0.1", "::1"], description="the telephone system: addresses or networks")
    engine: str = "faster_whisper"
    batch_size: int | None = Field(
        None, ge=1, description="utterances decoded together; None: 2-4 on a CPU, 16 on a GPU"
    )
    pause_seconds: float = Field(0.5, gt=0, description="quiet for so long: the utterance is over")
    partial_seconds: float = Field(3.0, gt=0, description="an utterance that goes on is decoded each so many seconds")
    longest_seconds: float = Field(20.0, gt=1, le=28, description="an utterance that goes on longer is cut")
    silence_seconds: float = Field(20.0, ge=0, description="nobody speaks for longer: an alert; 0: off")
    notice_by_seconds: float = Field(30.0, ge=0, description="no recording notice by then: an alert; 0: off")
    max_calls: int = Field(8, ge=1)
    max_call_seconds: float = Field(7200, gt=0)
    max_waiting_seconds: float = Field(
        30, gt=0, description="sound that may wait to be recognised; then the oldest goes"
    )
    max_frame_bytes: int = Field(16_384, ge=320, le=65_535, description="of one AudioSocket frame")
    max_message_bytes: int = Field(65_536, ge=320, description="of one WebSocket message")
    hello_seconds: float = Field(5.0, gt=0, description="a connection must say within so long which call it is")
    stalled_seconds: float = Field(300, gt=0, description="a leg that sends nothing for so long is closed")
    drain_seconds: float = Field(10, ge=0, description="on SIGTERM: time to hear what is waiting")


class SpeechRateBand(BaseModel):
    """Characters a minute, both ends included; 《呼叫中心质量监控细则》二(一)."""

    lowest: float = Field(140, gt=0)
    highest: float = Field(160, gt=0)

    @model_validator(mode="after")
    def _ordered(self) -> SpeechRateBand:
        if self.lowest > self.highest:
            raise ValueError(f"lowest {self.lowest:g} lies above highest {self.highest:g}; swap them")
        return self


class OpinionSettings(BaseModel):
    """A second opinion on business quality by a language model behind any OpenAI-compatible endpoint."""

    enabled: bool = False
    base_url: str | None = Field(None, description="for example http://localhost:8000/v1")
    model: str | None = None
    api_key_env: str | None = Field(None, description="name of the variable that holds the key; None: no key is sent")
    timeout_seconds: float = Field(30, gt=0)
    max_turns: int = Field(200, ge=1, description="a longer conversation is cut in the middle before it is sent")
    keep_days: int = Field(180, ge=0, description="prompts and answers are kept for so long, switched on or off")

    @model_validator(mode="after")
    def _reachable(self) -> OpinionSettings:
        if self.enabled and not (self.base_url and self.model):
            raise ValueError("inspection.opinion.enabled needs inspection.opinion.base_url and .model")
        return self


class InspectionSettings(BaseModel):
    speech_rate: SpeechRateBand = SpeechRateBand()
    speech_rate_queues: dict[str, SpeechRateBand] = Field(
        default_factory=dict, description="queue -> its own band; the KPI speech_rate_band has one band for all"
    )
    opinion: OpinionSettings = OpinionSettings()


class CockpitSettings(BaseModel):
    session_minutes: int = Field(default=30, ge=1, description="idle for so long: sign in again")
    session_hours: int = Field(default=12, ge=1, description="a session ends after so long")
    export_rows: int = Field(default=100_000, ge=1, le=1_000_000, description="an export of more rows is refused")
    second_factor: Literal["required", "optional"] = Field(
        "required", description="required: who has a password must enrol an authenticator app before seeing a page"
    )
    idle_days: int = Field(default=90, ge=1, description="an account without a sign-in for longer is shown as idle")
    attest_days: int = Field(default=31, ge=1, description="an account is to be confirmed again after so long")
    public_url: str | None = Field(
        None, pattern="^https?://[^/]+$", description="where browsers find the cockpit; None: its address and port"
    )


RoleName = Literal["agent", "supervisor", "management", "quality", "compliance", "data", "administrator"]


class OidcSettings(BaseModel):
    """Sign-in by an OpenID Connect provider; off while ``metadata_url`` is None. See docs/sign-in.md."""

    metadata_url: str | None = Field(None, description="…/.well-known/openid-configuration of the provider")
    client_id: str | None = None
    client_secret_env: str | None = Field(None, description="name of the variable that holds the client's secret")
    client_secret_file: Path | None = Field(None, description="or a file with it, readable by its owner alone")
    scope: str = "openid profile email"
    prompt: str = Field("select_account", description="login asks for the password at each sign-in")
    name_claim: str = "preferred_username"
    role_claim: str = "roles"
    teams_claim: str = "teams"
    agent_claim: str = "agent_id"
    employee_claim: str = "employee_id"
    roles: dict[str, RoleName] = Field(
        default_factory=dict, description="value of the role claim -> our role; of several the first one here counts"
    )
    fresh_minutes: int = Field(10, ge=1, description="an answer of the provider that is older begins no session")

    @model_validator(mode="after")
    def _complete(self) -> OidcSettings:
        if self.metadata_url is None:
            return self
        if not self.client_id or bool(self.client_secret_env) == bool(self.client_secret_file):
            raise ValueError("oidc needs client_id, and one of client_secret_env and client_secret_file")
        if not self.roles:
            raise ValueError("oidc.roles is empty, so nobody could sign in; map a value of the role claim to a role")
        return self


_Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class AlertChannel(BaseModel):
    """One way out of the house for alerts. Its address holds secrets: it stands in a variable or a file, never here."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9_-]{1,40}$")
    url_variable: str | None = Field(None, description="name of the environment variable with the Apprise address")
    url_file: Path | None = Field(None, description="a file with the Apprise address; only its owner may read it")
    language: Literal["zh", "en"] = "zh"
    severities: tuple[Literal["critical", "warning", "notice"], ...] = ("critical", "warning")
    scopes: tuple[str, ...] = Field((), description="centre, queue:sales, team:T001, system …; none: all")
    roles: tuple[str, ...] = Field((), description="alerts that one of these roles owns; none: all")
    tell_cleared: bool = Field(False, description="tell also that an alert is over")
    quiet_from: _Clock | None = Field(None, description="local time, 22:00: only critical alerts until quiet_until")
    quiet_until: _Clock | None = None

    @model_validator(mode="after")
    def _complete(self) -> AlertChannel:
        if (self.url_variable is None) == (self.url_file is None):
            raise ValueError(f"channel {self.name} needs url_variable or url_file, and not both")
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValueError(f"channel {self.name} has one end of its quiet hours; give quiet_from and quiet_until")
        return self


class AlertingSettings(BaseModel):
    """What is told of alerts, and how. When an alert is raised is in dbt/seeds/ref_alert_rule.csv and alerts.yaml."""

    channels: tuple[AlertChannel, ...] = ()
    look_back_days: int = Field(2, ge=0, le=31, description="days that are judged again, for late and corrected data")
    reminder_minutes: int = Field(240, ge=0, description="an alert that nobody took note of is told again; 0: never")
    reminders: int = Field(3, ge=0, le=100, description="at most so many reminders")
    group_above: int = Field(3, ge=1, description="more alerts than this at once go in one message")
    first_retry_seconds: int = Field(30, ge=1, description="doubles with each failure")
    longest_retry_seconds: int = Field(3600, ge=1)
    give_up_hours: float = Field(24, gt=0)
    timeout_seconds: float = Field(10, gt=0, le=120, description="for a channel to take a message")
    live_stands_minutes: int = Field(240, ge=1, description="an alert of a call that nobody settles is over after this")

    @field_validator("channels")
    @classmethod
    def _own_names(cls, channels: tuple[AlertChannel, ...]) -> tuple[AlertChannel, ...]:
        names = [channel.name for channel in channels]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two alert channels have the name {twice[0]}")
        return channels


class ReviewSettings(BaseModel):
    """Manual reviews; 《呼叫中心质量监控管理办法》三(二)-(四)."""

    feedback_hours: float = Field(24, gt=0, description="the agent must have the result of a review by then")
    appeal_days: float = Field(5, gt=0, description="an agent may appeal for so long after the feedback")
    second_share: float = Field(0.1, ge=0, le=1, description="share of the reviews that a second person scores blindly")
    second_days: float = Field(14, gt=0, description="a blind second scoring is open for so long")


class RetentionDays(BaseModel):
    """How many days a recording may be kept, by retention class."""

    service: int = Field(180, ge=0)
    contract: int = Field(1095, ge=0)
    complaint: int = Field(365, ge=0)
    unconsented: int = Field(3, ge=0)


class VaultSettings(BaseModel):
    key_folder: Path | None = Field(None, description="None: $LINGTING_HOME/secrets/vault; one file a master key")
    key_variable: str | None = Field(
        None, description="name of an environment variable with the master keys (id:hex,id:hex; the first is current)"
    )
    days: RetentionDays = RetentionDays()
    class_of_queue: dict[str, Literal["service", "contract", "complaint"]] = Field(
        {"service": "service", "sales": "contract", "complaint": "complaint"},
        description="retention class by queue; a queue that is not named has the class service",
    )
    silence_is_consent: bool = Field(
        False, description="a customer who was told of the recording and went on talking counts as consenting"
    )


class EvaluationSettings(BaseModel):
    seed: int = Field(20261001, description="start value of every random draw in an evaluation")
    resamples: int = Field(1000, ge=100, description="draws of the bootstrap behind an interval")
    test_share: float = Field(
        0.5, gt=0, lt=1, description="share of the ids of a foreign data set that are only tested"
    )
    bands: tuple[float, ...] = Field(
        (60.0, 80.0, 90.0), description="points at which a score passes into a better band"
    )


class Settings(BaseSettings):
    """All settings. Unknown keys are refused, so that a typing error can not pass for a setting."""

    model_config = SettingsConfigDict(env_prefix="LINGTING_", env_nested_delimiter="__", extra="forbid")

    home: Path = Field(default_factory=home_from_environment)
    timezone: str = "Asia/Shanghai"
    pseudonym_key_file: Path | None = Field(None, description="None: $LINGTING_HOME/secrets/pseudonym.key")
    store_url: str | None = Field(None, description="None: SQLite in $LINGTING_HOME/store/lingting.sqlite")
    audit_url: str | None = Field(None, description="None: SQLite in $LINGTING_HOME/audit/access.sqlite")
    keep_builds: int = Field(3, ge=1)
    load: LoadSettings = LoadSettings()
    asr: AsrSettings = AsrSettings()
    live: LiveSettings = LiveSettings()
    inspection: InspectionSettings = InspectionSettings()
    cockpit: CockpitSettings = CockpitSettings()
    oidc: OidcSettings = OidcSettings()
    alerting: AlertingSettings = AlertingSettings()
    review: ReviewSettings = ReviewSettings()
    vault: VaultSettings = VaultSettings()
    evaluation: EvaluationSettings = EvaluationSettings()
    trained_models: tuple[Literal["satisfaction", "polarity"], ...] = Field(
        (), description="models of `lingting evaluate train` that inspection uses, in $LINGTING_HOME/models/trained"
    )

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.resolve()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        ZoneInfo(value)
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, toml_file=home_from_environment() / "lingting.toml")
        return init_settings, env_settings, toml


@cache
def settings_for(home: Path) -> Settings:
    """Settings of one home folder, read once per process."""
    return Settings(home=home)


def settings() -> Settings:
    """Settings of the current ``$LINGTING_HOME``."""
    return settings_for(home_from_environment())
