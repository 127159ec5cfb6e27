"""Every path below ``$LINGTING_HOME``, named once. No other module joins these names by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lingting.settings import home_from_environment

PROJECT_ROOT = Path(__file__).resolve().parent.parent
DBT_PROJECT = PROJECT_ROOT / "dbt"

SCHEMA_PARTITION = "dt=1970-01-01"  # holds one empty file per source, so that a source without data still has columns


@dataclass(frozen=True)
class Home:
    """The state folder. Properties give absolute paths; nothing is created here."""

    root: Path

    @property
    def landing(self) -> Path:
        """Raw files as the vendor wrote them: ``landing/<mapping>/<source>/<file>``. Restricted: holds clear text."""
        return self.root / "landing"

    @property
    def truth(self) -> Path:
        """What the simulator planted. Only tests and evaluation read it."""
        return self.root / "truth"

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    def source(self, name: str) -> Path:
        return self.lake / name

    def partition(self, name: str, day: date) -> Path:
        return self.source(name) / f"dt={day.isoformat()}"

    def partition_file(self, name: str, day: date) -> Path:
        """A partition is one file, replaced by an atomic rename."""
        return self.partition(name, day) / "part-0.parquet"

    @property
    def rejected(self) -> Path:
        return self.lake / "_rejected"

    @property
    def load_log(self) -> Path:
        """One JSON record per loaded file and source: what makes loading the same file twice harmless."""
        return self.lake / "_loads"

    @property
    def load_counts(self) -> Path:
        """Rows taken and rejected of every load, by local day of the rows: dt=YYYY-MM-DD/<source>.<load>.parquet."""
        return self.lake / "_counts"

    @property
    def transcription_log(self) -> Path:
        """One manifest per transcribed partition (asr_jobs)."""
        return self.lake / "_transcriptions"

    @property
    def packs(self) -> Path:
        """The centre's own packs of rules, one folder a model; absent: the shipped ones hold."""
        return self.root / "packs"

    @property
    def rule_versions(self) -> Path:
        """A copy of every version of the packs that ever was in force: rules/<version>/."""
        return self.root / "rules"

    @property
    def work_database(self) -> Path:
        return self.root / "warehouse" / "work.duckdb"

    @property
    def lake_digests(self) -> Path:
        """Cache of the sums of the lake's files, so that an unchanged lake is not read again."""
        return self.root / "warehouse" / "lake_digests.json"

    @property
    def built_stamp(self) -> Path:
        """What the work database was last built from: the digest of each lake partition and of the dbt project."""
        return self.root / "warehouse" / "built.json"

    @property
    def landed_stamp(self) -> Path:
        """Which landing files were loaded whole, as they lay there."""
        return self.root / "warehouse" / "landed.json"

    @property
    def store_landed_stamp(self) -> Path:
        """Up to which local day the store's entries were landed, by source."""
        return self.root / "warehouse" / "store_landed.json"

    @property
    def transcribed_stamp(self) -> Path:
        """What each day's transcripts were made from, as a sum."""
        return self.root / "warehouse" / "transcribed.json"

    @property
    def writer_lock(self) -> Path:
        """Held by the one process that may write lake, work database and published builds."""
        return self.root / "warehouse" / "writer.lock"

    @property
    def dbt_target(self) -> Path:
        return self.root / "warehouse" / "dbt_target"

    @property
    def quality(self) -> Path:
        """Results of the doors and the Great Expectations data docs."""
        return self.root / "quality"

    @property
    def door_results(self) -> Path:
        """The latest result of each door and partition."""
        return self.quality / "doors"

    @property
    def data_docs(self) -> Path:
        return self.quality / "data_docs"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def current(self) -> Path:
        return self.published / "CURRENT.json"

    @property
    def published_audio(self) -> Path:
        """Recordings that the call page may play, named by the sha256 of their content."""
        return self.published / "audio"

    @property
    def store_database(self) -> Path:
        return self.root / "store" / "lingting.sqlite"

    @property
    def audit_database(self) -> Path:
        """The access log: apart from the store, so that business data and logs lie in files of their own."""
        return self.root / "audit" / "access.sqlite"

    @property
    def audit_anchors(self) -> Path:
        """The head of the access log, noted after each daily run: what was cut off or written anew later shows."""
        return self.root / "audit" / "anchors.jsonl"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets"

    @property
    def live_tokens(self) -> Path:
        """Who may feed sound to `lingting live`, and who may read its alerts."""
        return self.secrets / "live.tokens"

    @property
    def factor_key(self) -> Path:
        """Seals the secrets of second factors in the store."""
        return self.secrets / "second_factor.key"

    @property
    def cookie_key(self) -> Path:
        """Signs what an identity provider said of a browser's user."""
        return self.secrets / "cookie.key"

    @property
    def vault(self) -> Path:
        """Encrypted recordings (lingting/vault). Holds no clear speech and no key that opens it."""
        return self.root / "vault"

    @property
    def vault_keys(self) -> Path:
        """Master keys of the vault, unless vault.key_folder or vault.key_variable names another place."""
        return self.secrets / "vault"

    @property
    def models(self) -> Path:
        """Cache of verified speech-model weights."""
        return self.root / "models"

    @property
    def trained_models(self) -> Path:
        """What `lingting evaluate train` made: <name>.npz and <name>.json."""
        return self.models / "trained"

    @property
    def opinions(self) -> Path:
        """Prompts sent to a language model and its answers: <two letters of the prompt's sum>.jsonl. Restricted."""
        return self.root / "opinions"

    @property
    def scratch(self) -> Path:
        """Working space and locks of running commands; nothing in it outlives them. Restricted: may hold clear text."""
        return self.root / "tmp"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"


def home() -> Home:
    """The home of the current environment."""
    return Home(home_from_environment())
