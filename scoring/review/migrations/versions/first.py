"""The first tables of the queue, and the triggers that keep written rows as they were."""

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None

EMPTIED = {
    "events": ("body",),
    "frozen": ("body",),
    "decisions": ("comment",),
    "answers": ("note",),
    "files": ("name", "content"),
}
"""Tables whose rows are written once, and the columns of each that may become empty after an event that says so."""
TAKEN_OUT = "content taken out"


def upgrade() -> None:
    """Creates every table."""
    for create in (
        _attempts,
        _cases,
        _events,
        _frozen,
        _head,
        _people,
        _settings,
        _answers,
        _decisions,
        _files,
        _keys,
        _lines,
        _views,
    ):  # fmt: skip
        create()
    _keep_written_rows()


def _views() -> None:
    op.create_table(
        "views",
        sa.Column("person", sa.Text, sa.ForeignKey("people.name"), primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("query", sa.Text, nullable=False),
    )


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_index("attempts_of", "attempts", ["who", "at"])


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("order_id", sa.Text, nullable=False, unique=True),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("band", sa.Text, nullable=False),
        sa.Column("score", sa.Float),
        sa.Column("usd", sa.Float),
        sa.Column("tpp", sa.Float),
        sa.Column("stake", sa.Float, nullable=False),
        sa.Column("due", sa.Text, nullable=False),
        sa.Column("by_value", sa.Text, nullable=False),
        sa.Column("by_score", sa.Text, nullable=False),
        sa.Column("ships", sa.Text),
        sa.Column("ordered", sa.Text),
        sa.Column("buyer", sa.Text, nullable=False),
        sa.Column("destination", sa.Text, nullable=False),
        sa.Column("chips", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("segment", sa.Text, nullable=False),
        sa.Column("slot", sa.Text, nullable=False),
        sa.Column("propensity", sa.Float),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("opened_at", sa.Text),
        sa.Column("decided_at", sa.Text),
        sa.Column("scored_at", sa.Text, nullable=False),
        sa.Column("assignee", sa.Text),
        sa.Column("lock_by", sa.Text),
        sa.Column("lock_until", sa.Text),
        sa.Column("snoozed_until", sa.Text),
        sa.Column("first_by", sa.Text),
        sa.Column("keep_until", sa.Text),
        sa.Column("legal_hold", sa.Boolean, nullable=False),
    )
    op.create_index("cases_by_assignee", "cases", ["assignee", "state", "by_value"])
    op.create_index("cases_by_lock", "cases", ["lock_by"])
    op.create_index("cases_by_segment", "cases", ["segment", "opened_at"])
    op.create_index("cases_in_order", "cases", ["state", "by_value"])
    op.create_index("cases_to_take_by_score", "cases", ["queue", "state", "slot", "by_score"])
    op.create_index("cases_to_take_by_value", "cases", ["queue", "state", "slot", "by_value"])
    op.create_index("cases_by_buyer", "cases", ["buyer"], postgresql_using="hash")
    if op.get_bind().dialect.name == "sqlite":  # PostgreSQL's index takes no text as long as these
        op.create_index("cases_by_words", "cases", ["state", "queue", "words", "chips", "by_value"])


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("via", sa.Text, nullable=False),
        sa.Column("case_id", sa.Integer),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("prev", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    op.create_index("events_of_case", "events", ["case_id", "seq"])
    op.create_index("events_of_kind", "events", ["kind", "at"])


def _frozen() -> None:
    op.create_table(
        "frozen",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("order_id", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("frozen_of_order", "frozen", ["order_id"])


def _head() -> None:
    op.create_table(
        "head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("takes", sa.Integer, nullable=False),
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("pseudonym", sa.Text, nullable=False, unique=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("password", sa.Text),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
    )


def _settings() -> None:
    op.create_table(
        "settings",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Float),
        sa.Column("by", sa.Text, nullable=False),
    )


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("seq", sa.Integer, sa.ForeignKey("events.seq"), nullable=False),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("flag", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_index("answers_of_case", "answers", ["case_id", "flag"])


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("seq", sa.Integer, sa.ForeignKey("events.seq"), nullable=False),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("line_no", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("label_class", sa.Text, nullable=False),
        sa.Column("verification", sa.Text, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("decided_on", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("second", sa.Text),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("frozen", sa.Text, nullable=False),
    )
    op.create_index("decisions_of_case", "decisions", ["case_id", "round", "stage"])


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("seq", sa.Integer, sa.ForeignKey("events.seq"), nullable=False),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_index("files_of_case", "files", ["case_id"])


def _keys() -> None:
    op.create_table(
        "keys",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("person", sa.Text, sa.ForeignKey("people.name"), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("csrf", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("until", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text),
    )


def _lines() -> None:
    op.create_table(
        "lines",
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id"), primary_key=True),
        sa.Column("line_no", sa.Text, primary_key=True),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("band", sa.Text, nullable=False),
        sa.Column("gate", sa.Text, nullable=False),
        sa.Column("score", sa.Float),
        sa.Column("usd", sa.Float),
        sa.Column("tpp", sa.Float),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("judgement", sa.Text, nullable=False),
        sa.Column("inputs", sa.Text, nullable=False),
        sa.Column("frozen", sa.Text, sa.ForeignKey("frozen.sha256")),
    )


def _keep_written_rows() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION written_once() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'rows of % are written once', TG_TABLE_NAME; END $$"
        )
    for name in EMPTIED:
        for statement in _triggers(name):
            op.execute(statement)


def _triggers(name: str) -> list[str]:
    if op.get_bind().dialect.name == "postgresql":
        refuse = "RAISE EXCEPTION 'rows of % are written once', TG_TABLE_NAME;"
        return [
            f"CREATE FUNCTION {name}_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {_may_change(name, 'IS NOT DISTINCT FROM')} THEN RETURN NEW; END IF; {refuse} END $$",
            f"CREATE TRIGGER {name}_update BEFORE UPDATE ON {name} FOR EACH ROW EXECUTE FUNCTION {name}_once()",
            f"CREATE TRIGGER {name}_delete BEFORE DELETE ON {name} FOR EACH ROW EXECUTE FUNCTION written_once()",
            f"CREATE TRIGGER {name}_all BEFORE TRUNCATE ON {name} FOR EACH STATEMENT EXECUTE FUNCTION written_once()",
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {name} are written once'); END"
    return [
        f"CREATE TRIGGER {name}_update BEFORE UPDATE ON {name} WHEN NOT ({_may_change(name, 'IS')}) {refuse}",
        f"CREATE TRIGGER {name}_delete BEFORE DELETE ON {name} {refuse}",
    ]


def _may_change(name: str, same: str) -> str:
    """Only the columns of EMPTIED, only to nothing, and only after an event of the case that its content goes; a
    frozen record that is empty may come back, for its name is its hash."""
    columns = [each["name"] for each in sa.inspect(op.get_bind()).get_columns(name)]
    kept = [f'NEW."{each}" {same} OLD."{each}"' for each in columns if each not in EMPTIED[name]]
    empty = [f"NEW.\"{each}\" = ''" for each in EMPTIED[name]]
    case = "(SELECT id FROM cases WHERE cases.order_id = OLD.order_id)" if name == "frozen" else "OLD.case_id"
    told = f"EXISTS (SELECT 1 FROM events told WHERE told.kind = '{TAKEN_OUT}' AND told.case_id = {case}"  # noqa: S608
    if name == "frozen":
        return " AND ".join([*kept, f"(OLD.body = '' OR ({empty[0]} AND {told})))"])
    return " AND ".join([*kept, *empty, f"{told} AND told.seq > OLD.seq)"])
