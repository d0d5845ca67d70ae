"""What an erasure may change, as triggers: the step `erasure` of the schema. Knows no Python.

The session is renamed first. That its old name is gone is what lets the rest of it change, and
only to what says nothing; foreign keys see to it that the rest follows in one transaction.
"""

ERASURE = """
ALTER TABLE sessions ADD COLUMN erased_at_ms INTEGER;
ALTER TABLE comparisons ADD COLUMN redacted_at_ms INTEGER;

CREATE TRIGGER sessions_renamed_once BEFORE UPDATE ON sessions
WHEN (NEW.session_id, NEW.erased_at_ms) IS NOT (OLD.session_id, OLD.erased_at_ms) AND (
  OLD.erased_at_ms IS NOT NULL OR NEW.erased_at_ms IS NULL OR NEW.session_id NOT GLOB 'erased-*')
BEGIN SELECT RAISE(ABORT, 'only_erased'); END;

DROP TRIGGER comparisons_frozen;
CREATE TRIGGER comparisons_frozen BEFORE UPDATE ON comparisons
WHEN OLD.state <> 'running' AND NOT (
  NOT EXISTS(SELECT 1 FROM sessions WHERE session_id = OLD.session_id)
  AND EXISTS(SELECT 1 FROM sessions
    WHERE session_id = NEW.session_id AND erased_at_ms = NEW.redacted_at_ms)
  AND NEW.inputs_json = '{}' AND NEW.client_nonce = 'erased-' || OLD.comparison_id
  AND (NEW.comparison_id, NEW.mode, NEW.task, NEW.template_sha256, NEW.example_id,
    NEW.params_json, NEW.state, NEW.app_version, NEW.created_at_ms, NEW.finished_at_ms)
  IS (OLD.comparison_id, OLD.mode, OLD.task, OLD.template_sha256, OLD.example_id,
    OLD.params_json, OLD.state, OLD.app_version, OLD.created_at_ms, OLD.finished_at_ms))
BEGIN SELECT RAISE(ABORT, 'already_finished'); END;

DROP TRIGGER outputs_frozen;
CREATE TRIGGER outputs_frozen BEFORE UPDATE ON outputs
WHEN (SELECT state FROM comparisons WHERE comparison_id = OLD.comparison_id) <> 'running' AND NOT (
  (SELECT redacted_at_ms FROM comparisons WHERE comparison_id = OLD.comparison_id) IS NOT NULL
  AND NEW.text = '' AND NEW.error IS NULL
  AND (NEW.comparison_id, NEW.position, NEW.contestant_id, NEW.finish_reason,
    NEW.num_prompt_tokens, NEW.num_tokens, NEW.queue_ms, NEW.first_token_ms, NEW.total_ms)
  IS (OLD.comparison_id, OLD.position, OLD.contestant_id, OLD.finish_reason,
    OLD.num_prompt_tokens, OLD.num_tokens, OLD.queue_ms, OLD.first_token_ms, OLD.total_ms))
BEGIN SELECT RAISE(ABORT, 'already_finished'); END;

DROP TRIGGER vote_events_no_update;
CREATE TRIGGER vote_events_no_update BEFORE UPDATE ON vote_events
WHEN NOT (
  NOT EXISTS(SELECT 1 FROM sessions WHERE session_id = OLD.session_id)
  AND NEW.session_id IS (SELECT session_id FROM comparisons
    WHERE comparison_id = OLD.comparison_id AND redacted_at_ms IS NOT NULL)
  AND NEW.comment IS NULL AND NEW.correction IS NULL AND NEW.tags_json = '[]'
  AND NEW.idem_key = 'erased-' || OLD.event_id
  AND (NEW.event_id, NEW.comparison_id, NEW.seq, NEW.kind, NEW.choice, NEW.think_ms,
    NEW.identities_visible, NEW.created_at_ms)
  IS (OLD.event_id, OLD.comparison_id, OLD.seq, OLD.kind, OLD.choice, OLD.think_ms,
    OLD.identities_visible, OLD.created_at_ms))
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
"""
