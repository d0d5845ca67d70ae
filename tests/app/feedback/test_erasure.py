"""An erase request: the words are nowhere in the file, the votes count, nothing else moves."""

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from sqlite_utils import Database

from app.feedback.connections import connect, reading
from app.feedback.erasure import erase, find_session
from app.feedback.errors import (
    ErasureUnfinished,
    FeedbackUnavailable,
    NothingToErase,
    RecordRefused,
    VoteRefused,
)
from app.feedback.export import export_ratings
from app.feedback.public_id import public_id
from app.feedback.store import FeedbackStore
from tests.app.feedback.recording import SESSION, A, B, begin, complete, rated, vote

WORD = "zanzibar-7f3a"
OTHER = "session-2"
ERASED = {
    "comparisons": {"session_id", "client_nonce", "inputs_json"},
    "outputs": {"text", "error"},
    "sessions": {"session_id"},
    "share_links": {"token_sha256", "comparison_id"},
    "vote_events": {"session_id", "comment", "correction", "tags_json", "idem_key"},
}
HARMLESS = {  # text in which no visitor's words or name can stand
    "comparisons": {"comparison_id", "mode", "task", "template_sha256", "example_id", "state"}
    | {"params_json", "app_version"},
    "contestants": {"contestant_id", "kind", "name", "task", "weights_digest", "base_model"},
    "outputs": {"comparison_id", "position", "contestant_id", "finish_reason"},
    "schema_migrations": {"name", "sha256"},
    "sessions": {"consent_version"},
    "vote_events": {"comparison_id", "kind", "choice"},
}


def talk(store: FeedbackStore, session_id: str = SESSION, word: str = WORD) -> str:
    """A rated pair in which the word stands wherever a visitor's words can."""
    sides = (replace(A, text=f"A {word}"), replace(B, text=f"B {word} " * 300))
    comparison_id = rated(
        store,
        f"{session_id}-{word}",
        "A",
        session_id=session_id,
        inputs={"OriginalTweet": f"tweet {word}"},
        results=sides,
        correction=f"better {word}",
    )
    store.retract_vote(comparison_id, session_id, f"undo {word}")
    vote(store, comparison_id, "B", f"key {word}", session_id=session_id, comment=f"why {word}")
    return comparison_id


def careless(path: Path, mode: Literal["rw", "ro"]) -> Database:
    """A connection as of a SQLite that leaves freed bytes as they were; some builds clear them."""
    db = connect(path, mode)
    db.execute("PRAGMA secure_delete = OFF")
    return db


def bytes_of(path: Path) -> bytes:
    """Everything that lies on the disk: the file, its log and whatever else begins so."""
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


@pytest.mark.parametrize("name", [SESSION, public_id(SESSION)], ids=["cookie", "id of About"])
def test_the_words_are_nowhere_in_the_file(
    store: FeedbackStore, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Catches words that survive in the log, in freed pages, in an index or in an export."""
    monkeypatch.setattr("app.feedback.erasure.connect", careless)
    store._writer.run(lambda db: db.execute("PRAGMA secure_delete = OFF"))
    for number in range(30):
        talk(store, OTHER, f"harmless-{number}")
    comparison_id = talk(store)
    for number in range(30):
        talk(store, OTHER, f"innocent-{number}")
    before = store.counts("covid")
    assert WORD.encode() in bytes_of(store.path)
    erased = erase(store.path, name)
    assert (erased.num_comparisons, erased.num_rated) == (1, 1)
    left = bytes_of(store.path)
    assert WORD.encode() not in left
    assert SESSION.encode() not in left
    assert b"innocent-29" in left
    assert store.counts("covid") == before
    assert sum(tally.num_sessions for tally in store.tallies("named")) == 2
    out = io.StringIO()
    export_ratings(store.path, "jsonl", out, {})
    assert public_id(SESSION) not in out.getvalue()
    assert comparison_id in out.getvalue()


def test_the_server_goes_on(store: FeedbackStore) -> None:
    """Catches an erasure that needs the server stopped, or leaves it with a broken file."""
    mine, theirs = talk(store), complete(store, "theirs", OTHER)
    erase(store.path, SESSION)
    vote(store, theirs, session_id=OTHER)
    with pytest.raises(VoteRefused, match="not one of yours"):
        store.retract_vote(mine, SESSION, "undo")
    store.ensure_session(SESSION)  # the same browser comes back: a new beginning
    assert find_session(store.path, SESSION).num_comparisons == 0
    with reading(store.path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        (marked,) = db.execute(
            "SELECT count(*) FROM comparisons JOIN sessions USING (session_id)"
            " WHERE redacted_at_ms = erased_at_ms"
        ).fetchone()
    assert marked == 1


def test_an_answer_under_way_is_not_written_down(store: FeedbackStore) -> None:
    """Catches the text of a visitor who was erased in the middle of an answer."""
    running = begin(store)
    erase(store.path, SESSION)
    with pytest.raises(RecordRefused, match="already cancelled"):
        store.finish_comparison(running, "complete", (replace(A, text=WORD), B))
    assert WORD.encode() not in bytes_of(store.path)


def test_links_of_the_erased_lead_nowhere(store: FeedbackStore) -> None:
    """Catches what somebody shared and had erased, still read by whoever kept the link."""
    mine, theirs = talk(store), talk(store, OTHER, "theirs")
    my_link, their_link = store.share(mine, SESSION), store.share(theirs, OTHER)
    erase(store.path, SESSION)
    assert store.shared(my_link) is None
    assert store.shared(their_link) is not None
    assert store.history(SESSION, 9) == []


def test_nobody_is_erased_twice_or_by_mistake(store: FeedbackStore, tmp_path: Path) -> None:
    """Catches a mistyped id that passes for done, and a missing file that is made."""
    talk(store)
    with pytest.raises(NothingToErase, match="nobody"):
        find_session(store.path, "nobody")
    erase(store.path, SESSION)
    for name in (SESSION, public_id(SESSION)):
        with pytest.raises(NothingToErase):
            erase(store.path, name)
    with reading(store.path) as db:
        (pseudonym,) = db.execute("SELECT session_id FROM sessions").fetchone()
    with pytest.raises(NothingToErase):
        erase(store.path, pseudonym)
    with pytest.raises(FeedbackUnavailable, match="does not exist"):
        erase(tmp_path / "missing.db", SESSION)
    assert not (tmp_path / "missing.db").exists()


def test_a_reader_in_the_way_is_said_and_asking_again_helps(
    store: FeedbackStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches an erasure called done while an export holds the old pages in the log."""
    monkeypatch.setattr("app.feedback.connections.BUSY_TIMEOUT_S", 0.05)
    talk(store)
    with reading(store.path) as db:
        assert db.execute("SELECT count(*) FROM outputs").fetchone() == (2,)
        with pytest.raises(ErasureUnfinished, match="erase again"):
            erase(store.path, SESSION)
    with pytest.raises(NothingToErase):
        erase(store.path, SESSION)
    assert WORD.encode() not in bytes_of(store.path)


def test_every_column_of_text_is_thought_of(store: FeedbackStore) -> None:
    """Catches a new column for words that an erasure overlooks: name it in one of the two sets."""
    with closing(sqlite3.connect(store.path)) as connection:
        found = connection.execute(
            "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c"
            " WHERE t.type = 'table' AND c.type = 'TEXT'"
        ).fetchall()
    thought_of = {
        (table, column)
        for tables in (ERASED, HARMLESS)
        for table, columns in tables.items()
        for column in columns
    }
    assert set(found) == thought_of


@pytest.fixture
def raw(store: FeedbackStore) -> Iterator[sqlite3.Connection]:
    """Another program in the middle of a transaction that has renamed the first of two sessions."""
    mine, theirs = talk(store), talk(store, OTHER, "theirs")
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.create_function("mine", 0, lambda: mine)
        connection.create_function("theirs", 0, lambda: theirs)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA defer_foreign_keys = ON")
        connection.execute(
            "UPDATE sessions SET session_id = 'erased-1', erased_at_ms = 7 WHERE session_id = ?",
            [SESSION],
        )
        yield connection
        if connection.in_transaction:
            connection.execute("ROLLBACK")


REDACT = (
    "UPDATE comparisons SET session_id = 'erased-1', redacted_at_ms = 7, inputs_json = '{}',"
    " client_nonce = 'erased-' || comparison_id WHERE comparison_id = mine()"
)
REDACT_VOTE = (
    "UPDATE vote_events SET session_id = '{}', comment = {}, correction = NULL, tags_json = '[]',"
    " idem_key = 'erased-' || event_id{} WHERE comparison_id = {}()"
)


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE sessions SET session_id = 'erased-2', erased_at_ms = 8", "only_erased"),
        ("UPDATE sessions SET erased_at_ms = 8 WHERE session_id = 'session-2'", "only_erased"),
        ("UPDATE sessions SET session_id = 'x' WHERE session_id = 'session-2'", "only_erased"),
        (REDACT.replace("mine()", "theirs()"), "already_finished"),
        (REDACT.replace("{}", '{"a": 1}'), "already_finished"),
        (REDACT.replace("= 7", "= 8"), "already_finished"),
        (REDACT.replace("= 7", "= NULL"), "already_finished"),
        (REDACT.replace("erased-1", OTHER), "already_finished"),
        (REDACT.replace(" WHERE", ", mode = 'blind' WHERE"), "already_finished"),
        ("UPDATE outputs SET text = '' WHERE comparison_id = theirs()", "already_finished"),
        (f"{REDACT}; UPDATE outputs SET text = 'x'", "already_finished"),
        (f"{REDACT}; UPDATE outputs SET text = '', error = 'x'", "already_finished"),
        (f"{REDACT}; UPDATE outputs SET text = '', num_tokens = 1", "already_finished"),
        ("UPDATE vote_events SET comment = NULL", "append_only"),
        *(
            (f"{REDACT}; {REDACT_VOTE.format(session, comment, more, whose)}", "append_only")
            for session, comment, more, whose in (
                ("erased-1", "'nice'", "", "mine"),
                ("erased-1", "NULL", ", choice = 'tie'", "mine"),
                ("erased-1", "NULL", ", correction = 'x'", "mine"),
                ("erased-1", "NULL", ", created_at_ms = 1", "mine"),
                (OTHER, "NULL", "", "mine"),
                ("erased-1", "NULL", "", "theirs"),
                (OTHER, "NULL", "", "theirs"),
            )
        ),
        ("COMMIT", "FOREIGN KEY"),
        (f"{REDACT}; COMMIT", "FOREIGN KEY"),
    ],
)
def test_nothing_but_an_erasure_is_let_through(
    raw: sqlite3.Connection, statement: str, rule: str
) -> None:
    """Catches a hole through which a vote or an answer could be rewritten, or a part forgotten."""
    *before, last = statement.split("; ")
    for one in before:
        raw.execute(one)
    with pytest.raises(sqlite3.IntegrityError, match=rule):
        raw.execute(last)
