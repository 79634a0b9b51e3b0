"""The tables of the queue. Days and times are text (ISO 8601, UTC), which both kinds of server sort alike."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, Table, Text

DATA = MetaData()

CASES = Table(
    "cases",
    DATA,
    Column("id", Integer, primary_key=True),
    Column("order_id", Text, nullable=False, unique=True),
    Column("queue", Text, nullable=False),  # diversion, or gp10 (General Prohibition 10)
    Column("state", Text, nullable=False),  # see states.py
    Column("level", Integer, nullable=False),  # place in words()["level"]; only rises
    Column("round", Integer, nullable=False),  # rises when a decided case opens again
    Column("action", Text, nullable=False),
    Column("band", Text, nullable=False),
    Column("score", Float),
    Column("usd", Float),
    Column("tpp", Float),
    Column("stake", Float, nullable=False),  # USD at risk: score x value
    Column("due", Text, nullable=False),
    Column("by_value", Text, nullable=False),  # place in the queue as text that sorts: band, due day, score x value
    Column("by_score", Text, nullable=False),  # the same with the score alone as third key
    Column("ships", Text),
    Column("ordered", Text),
    Column("buyer", Text, nullable=False),
    Column("destination", Text, nullable=False),
    Column("chips", Text, nullable=False),  # names of its chips, "| H100 SXM5 | L4 |"; "" where none is known
    Column("words", Text, nullable=False),  # names and numbers, casefolded, for the search
    Column("segment", Text, nullable=False),
    Column("slot", Text, nullable=False),  # exploited, coverage or random; never shown to a reviewer
    Column("propensity", Float),  # chance that the case was put before a reviewer; none while released
    Column("cause", Text, nullable=False),
    Column("opened_at", Text),
    Column("decided_at", Text),
    Column("scored_at", Text, nullable=False),
    Column("assignee", Text),
    Column("lock_by", Text),
    Column("lock_until", Text),
    Column("snoozed_until", Text),
    Column("first_by", Text),  # who proposed, or decided first: the second person must be another
    Column("keep_until", Text),
    Column("legal_hold", Boolean, nullable=False),
    Index("cases_to_take_by_value", "queue", "state", "slot", "by_value"),
    Index("cases_to_take_by_score", "queue", "state", "slot", "by_score"),
    Index("cases_in_order", "state", "by_value"),
    Index("cases_by_assignee", "assignee", "state", "by_value"),
    Index("cases_by_lock", "lock_by"),
    Index("cases_by_segment", "segment", "opened_at"),
    Index("cases_by_buyer", "buyer", postgresql_using="hash"),  # a name may be longer than a sorted index takes
    Index("cases_by_words", "state", "queue", "words", "chips", "by_value").ddl_if(
        dialect="sqlite"
    ),  # a search reads it instead of the wide rows, ten times faster
)

LINES = Table(
    "lines",
    DATA,
    Column("case_id", Integer, ForeignKey("cases.id"), primary_key=True),
    Column("line_no", Text, primary_key=True),
    Column("action", Text, nullable=False),
    Column("band", Text, nullable=False),
    Column("gate", Text, nullable=False),
    Column("score", Float),
    Column("usd", Float),
    Column("tpp", Float),
    Column("place", Text, nullable=False),  # file and row it came from
    Column("judgement", Text, nullable=False),  # digest of what a reviewer would see differently
    Column("inputs", Text, nullable=False),  # JSON: digests of order and customer, versions of lists, model, tables
    Column("frozen", Text, ForeignKey("frozen.sha256")),  # none while the order is released unseen
)

FROZEN = Table(
    "frozen",
    DATA,
    Column("sha256", Text, primary_key=True),
    Column("order_id", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("frozen_of_order", "order_id"),
)

EVENTS = Table(
    "events",
    DATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("case_id", Integer),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),  # empty once the content of its case was taken out
    Column("content", Text, nullable=False),  # SHA-256 of the body: what is chained, so that it outlives the body
    Column("prev", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("events_of_case", "case_id", "seq"),
    Index("events_of_kind", "kind", "at"),
)

HEAD = Table(
    "head",
    DATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    Column("takes", Integer, nullable=False),  # how often "take next" gave a case: the place in the slot cycle
)

DECISIONS = Table(
    "decisions",
    DATA,
    Column("id", Integer, primary_key=True),
    Column("seq", Integer, ForeignKey("events.seq"), nullable=False),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("round", Integer, nullable=False),
    Column("line_no", Text, nullable=False),
    Column("stage", Text, nullable=False),  # proposed, final or blind
    Column("decision", Text, nullable=False),
    Column("label_class", Text, nullable=False),
    Column("verification", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("decided_on", Text, nullable=False),  # the day it counts from; earlier than `at` for one made elsewhere
    Column("by", Text, nullable=False),
    Column("second", Text),
    Column("at", Text, nullable=False),
    Column("frozen", Text, nullable=False),
    Index("decisions_of_case", "case_id", "round", "stage"),
)

ANSWERS = Table(
    "answers",
    DATA,
    Column("id", Integer, primary_key=True),
    Column("seq", Integer, ForeignKey("events.seq"), nullable=False),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("flag", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("answers_of_case", "case_id", "flag"),
)

FILES = Table(
    "files",
    DATA,
    Column("id", Integer, primary_key=True),
    Column("seq", Integer, ForeignKey("events.seq"), nullable=False),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content", Text, nullable=False),  # base64
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("files_of_case", "case_id"),
)

PEOPLE = Table(
    "people",
    DATA,
    Column("name", Text, primary_key=True),
    Column("pseudonym", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("password", Text),
    Column("active", Boolean, nullable=False),
    Column("created_at", Text, nullable=False),
)

KEYS = Table(
    "keys",
    DATA,
    Column("sha256", Text, primary_key=True),  # of the secret; the secret itself is kept nowhere
    Column("kind", Text, nullable=False),  # session, proxy session, token or link
    Column("person", Text, ForeignKey("people.name"), nullable=False),
    Column("title", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("until", Text, nullable=False),
    Column("ended_at", Text),
)

ATTEMPTS = Table(
    "attempts",
    DATA,
    Column("id", Integer, primary_key=True),
    Column("who", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("attempts_of", "who", "at"),
)

SETTINGS = Table(
    "settings", DATA, Column("name", Text, primary_key=True), Column("value", Float), Column("by", Text, nullable=False)
)

VIEWS = Table(
    "views",
    DATA,
    Column("person", Text, ForeignKey("people.name"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("query", Text, nullable=False),  # the filters of the list, as in its address
)

UNCHANGING = ("events", "frozen", "decisions", "answers", "files")
"""Tables whose rows are written once; the database itself refuses to change or delete them. What a person wrote in
them may be emptied, after an event that says so (`retention.take_out`)."""
