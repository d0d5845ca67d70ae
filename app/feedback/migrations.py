"""The schema of the ratings database, as an append-only list of steps. Knows no queries.

A step is written once and never edited: its name and SHA-256 are recorded in every file that it
was applied to, and a file that records something else is refused. To change the schema, add a
step at the end.
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from app.feedback.connections import unavailable, writing
from app.feedback.erasure_rules import ERASURE

_LOG = """
CREATE TABLE IF NOT EXISTS schema_migrations(
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  sha256 TEXT NOT NULL,
  applied_at_ms INTEGER NOT NULL) STRICT;
"""


@dataclass(frozen=True)
class Migration:
    """One step of the schema."""

    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


MIGRATIONS: list[Migration] = []


def migration(step: Callable[[], str]) -> Callable[[], str]:
    """Append the SQL that `step` returns to the schema, under the function's name."""
    MIGRATIONS.append(Migration(step.__name__, step()))
    return step


def pending(db: Database, path: Path, known: Sequence[Migration]) -> Sequence[Migration]:
    """The steps that the file lacks. Only reads.

    Raises FeedbackUnavailable when the file holds other tables than ours, or steps that this
    version does not know.
    """
    tables = db.table_names()
    if not tables:
        return known
    if "schema_migrations" not in tables:
        raise unavailable(path, "belongs to another program")
    query = "SELECT name, sha256 FROM schema_migrations ORDER BY version"
    applied = [(row["name"], row["sha256"]) for row in db.query(query)]
    for number, name_and_sha256 in enumerate(applied):
        if number >= len(known):
            raise unavailable(path, "was written by a newer version of LoRA Land")
        if name_and_sha256 != (known[number].name, known[number].sha256):
            raise unavailable(path, f"has another schema than ours from {known[number].name} on")
    return known[len(applied) :]


def refuse_old(db: Database, path: Path) -> None:
    """Raises FeedbackUnavailable when the file is not one of this version's; for who only reads."""
    if pending(db, path, MIGRATIONS):
        raise unavailable(path, "has an old schema, which starting the server renews")


def migrate(db: Database, path: Path, known: Sequence[Migration]) -> None:
    """Bring the file to the newest schema, each step and its record in one transaction."""
    for step in pending(db, path, known):
        with writing(db):
            db.executescript(_LOG)
            db.executescript(step.sql)
            db.execute(
                "INSERT INTO schema_migrations(name, sha256, applied_at_ms) VALUES (?, ?, ?)",
                [step.name, step.sha256, time.time_ns() // 1_000_000],
            )


@migration
def comparisons() -> str:
    """What was shown: who answered, to what, and how each answer ended."""
    return """
CREATE TABLE contestants(
  contestant_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK(kind IN ('base', 'adapter')),
  name TEXT NOT NULL,
  task TEXT,
  weights_digest TEXT NOT NULL,
  base_model TEXT NOT NULL) STRICT;

CREATE TABLE sessions(
  session_id TEXT PRIMARY KEY,           -- random; nothing here says who or where a visitor is
  created_at_ms INTEGER NOT NULL,
  last_seen_at_ms INTEGER NOT NULL) STRICT;

CREATE TABLE comparisons(
  comparison_id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions,
  client_nonce TEXT NOT NULL,
  mode TEXT NOT NULL CHECK(mode IN ('named', 'blind')),
  task TEXT NOT NULL,
  template_sha256 TEXT NOT NULL,
  inputs_json TEXT NOT NULL CHECK(json_valid(inputs_json)),
  example_id TEXT,                       -- NULL: the visitor's own words
  params_json TEXT NOT NULL CHECK(json_valid(params_json)),
  state TEXT NOT NULL DEFAULT 'running'
    CHECK(state IN ('running', 'complete', 'failed', 'cancelled')),
  app_version TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  finished_at_ms INTEGER,
  UNIQUE(session_id, client_nonce),
  CHECK((state = 'running') = (finished_at_ms IS NULL))) STRICT;

CREATE TABLE outputs(
  comparison_id TEXT NOT NULL REFERENCES comparisons,
  position TEXT NOT NULL CHECK(position IN ('A', 'B')),
  contestant_id TEXT NOT NULL REFERENCES contestants,
  text TEXT NOT NULL DEFAULT '',
  finish_reason TEXT CHECK(finish_reason IN ('stop', 'length', 'cancelled', 'error')),
  error TEXT,
  num_prompt_tokens INTEGER,
  num_tokens INTEGER,
  queue_ms REAL,
  first_token_ms REAL,
  total_ms REAL,
  PRIMARY KEY(comparison_id, position),
  UNIQUE(comparison_id, contestant_id)) STRICT;

CREATE INDEX comparisons_by_task ON comparisons(task, mode);
"""


@migration
def frozen() -> str:
    """What was shown stays as it was shown."""
    return """
CREATE TRIGGER contestants_keep_their_weights BEFORE UPDATE ON contestants
WHEN (NEW.contestant_id, NEW.kind, NEW.task, NEW.weights_digest, NEW.base_model)
  IS NOT (OLD.contestant_id, OLD.kind, OLD.task, OLD.weights_digest, OLD.base_model)
BEGIN SELECT RAISE(ABORT, 'other_weights'); END;

CREATE TRIGGER comparisons_frozen BEFORE UPDATE ON comparisons WHEN OLD.state <> 'running'
BEGIN SELECT RAISE(ABORT, 'already_finished'); END;

CREATE TRIGGER outputs_frozen BEFORE UPDATE ON outputs
WHEN (SELECT state FROM comparisons WHERE comparison_id = OLD.comparison_id) <> 'running'
BEGIN SELECT RAISE(ABORT, 'already_finished'); END;

CREATE TRIGGER outputs_kept BEFORE DELETE ON outputs
BEGIN SELECT RAISE(ABORT, 'outputs_are_kept'); END;
"""


@migration
def votes() -> str:
    """What people thought: an append-only list of events; undoing a vote is an event too."""
    return """
CREATE TABLE vote_events(
  event_id INTEGER PRIMARY KEY AUTOINCREMENT,
  comparison_id TEXT NOT NULL REFERENCES comparisons,
  session_id TEXT NOT NULL REFERENCES sessions,
  seq INTEGER NOT NULL,                  -- 1 cast, 2 retract, 3 cast, ...
  kind TEXT NOT NULL CHECK(kind IN ('cast', 'retract')),
  choice TEXT CHECK(choice IN ('A', 'B', 'tie', 'both_bad')),
  comment TEXT CHECK(length(comment) <= 4000),
  tags_json TEXT NOT NULL DEFAULT '[]' CHECK(json_valid(tags_json)),
  think_ms INTEGER CHECK(think_ms >= 0),
  identities_visible INTEGER CHECK(identities_visible IN (0, 1)),
  created_at_ms INTEGER NOT NULL,
  idem_key TEXT NOT NULL,
  CHECK((kind = 'cast') = (choice IS NOT NULL)),
  CHECK((kind = 'cast') = (identities_visible IS NOT NULL)),
  UNIQUE(session_id, idem_key),
  UNIQUE(comparison_id, session_id, seq)) STRICT;

CREATE TRIGGER vote_events_no_update BEFORE UPDATE ON vote_events
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

CREATE TRIGGER vote_events_no_delete BEFORE DELETE ON vote_events
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

CREATE TRIGGER vote_events_guard BEFORE INSERT ON vote_events
BEGIN
  SELECT RAISE(ABORT, 'not_yours') WHERE NOT EXISTS(
    SELECT 1 FROM comparisons
    WHERE comparison_id = NEW.comparison_id AND session_id = NEW.session_id);
  SELECT RAISE(ABORT, 'not_complete') WHERE NOT EXISTS(
    SELECT 1 FROM comparisons WHERE comparison_id = NEW.comparison_id AND state = 'complete')
    OR 2 <> (SELECT count(*) FROM outputs
      WHERE comparison_id = NEW.comparison_id AND finish_reason IN ('stop', 'length'));
  SELECT RAISE(ABORT, 'bad_sequence') WHERE NEW.seq <> 1 + (
    SELECT coalesce(max(seq), 0) FROM vote_events
    WHERE comparison_id = NEW.comparison_id AND session_id = NEW.session_id);
  SELECT RAISE(ABORT, 'already_voted') WHERE NEW.kind = 'cast' AND NEW.seq % 2 = 0;
  SELECT RAISE(ABORT, 'nothing_to_undo') WHERE NEW.kind = 'retract' AND NEW.seq % 2 = 1;
END;

CREATE VIEW votes AS
SELECT v.event_id, v.comparison_id, v.session_id, v.choice, v.comment, v.tags_json, v.think_ms,
  v.identities_visible, v.created_at_ms, w.contestant_id AS winner_id, k.kind AS winner_kind
FROM vote_events v
LEFT JOIN outputs w ON w.comparison_id = v.comparison_id AND w.position = v.choice
LEFT JOIN contestants k ON k.contestant_id = w.contestant_id
WHERE v.kind = 'cast' AND v.seq = (
  SELECT max(seq) FROM vote_events x
  WHERE x.comparison_id = v.comparison_id AND x.session_id = v.session_id);
"""


@migration
def consent() -> str:
    """Nobody's rating is kept before the visitor has agreed to that; ratings of old are."""
    return """
ALTER TABLE sessions ADD COLUMN consent_version TEXT;
ALTER TABLE sessions ADD COLUMN consent_at_ms INTEGER
  CHECK((consent_at_ms IS NULL) = (consent_version IS NULL));

CREATE TRIGGER vote_events_need_consent BEFORE INSERT ON vote_events WHEN NEW.kind = 'cast'
BEGIN
  SELECT RAISE(ABORT, 'no_consent') WHERE EXISTS(
    SELECT 1 FROM sessions JOIN comparisons USING (session_id)
    WHERE session_id = NEW.session_id AND comparison_id = NEW.comparison_id
      AND consent_version IS NULL);
END;
"""


@migration
def corrections() -> str:
    """The better answer that somebody wrote with a rating: an event like it, undone with it.

    SELECT comparison_id, correction FROM votes WHERE correction IS NOT NULL
    """
    return """
ALTER TABLE vote_events ADD COLUMN correction TEXT
  CHECK(correction IS NULL OR (kind = 'cast' AND length(correction) BETWEEN 1 AND 10000));

DROP VIEW votes;
CREATE VIEW votes AS
SELECT v.event_id, v.comparison_id, v.session_id, v.choice, v.comment, v.tags_json, v.think_ms,
  v.identities_visible, v.created_at_ms, w.contestant_id AS winner_id, k.kind AS winner_kind,
  v.correction
FROM vote_events v
LEFT JOIN outputs w ON w.comparison_id = v.comparison_id AND w.position = v.choice
LEFT JOIN contestants k ON k.contestant_id = w.contestant_id
WHERE v.kind = 'cast' AND v.seq = (
  SELECT max(seq) FROM vote_events x
  WHERE x.comparison_id = v.comparison_id AND x.session_id = v.session_id);
"""


@migration
def erasure() -> str:
    """A session may be erased on request: its name and all texts go, once; every vote stays."""
    return ERASURE


@migration
def share_links() -> str:
    """Whoever has a link may read its comparison; of the link's token only the hash is kept."""
    return """
CREATE TABLE share_links(
  token_sha256 TEXT PRIMARY KEY,
  comparison_id TEXT NOT NULL REFERENCES comparisons ON DELETE CASCADE,
  created_at_ms INTEGER NOT NULL) STRICT;

CREATE INDEX share_links_by_comparison ON share_links(comparison_id);
"""
