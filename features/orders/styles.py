"""What a column holds, told from its cells alone: so that the next file of a source can be held against the last."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from features.orders.sheet import trimmed

LOOKED_AT = 2_000  # filled cells of a column; its way of writing shows in fewer
SIGN = r"[-+(]?((US|HK|NT|S|A|C)?[$€£¥₩₹] ?)? ?"
WHOLE = r"(0|[1-9]\d*)"  # zeros in front make a code of it
UNIT = r"\)?( ?([$€£¥₩₹%]|EUR|USD|kg|pcs|MW|kW))?-?$"
# the first that fits every filled cell; a number that shows no decimal separator fits with either
KINDS = (
    ("yes or no", r"(?i)^(y|n|yes|no|true|false)$"),
    ("day number", r"^[2-6]\d{4}(\.\d+)?$"),
    ("date, year first", r"^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|(19|20)\d{2}[01]\d[0-3]\d)([T ].*)?$"),
    ("date, year last", r"^\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})([T ].*)?$"),
    ("number", rf"^{SIGN}({WHOLE}|\d{{1,3}}[.,]\d{{3}}){UNIT}"),
    ("number with decimal point", rf"^{SIGN}({WHOLE}|\d{{1,3}}([, ]\d{{2,4}})*[, ]\d{{3,4}})(\.\d+)?{UNIT}"),
    ("number with decimal comma", rf"^{SIGN}({WHOLE}|\d{{1,3}}([. ]\d{{2,4}})*[. ]\d{{3,4}})(,\d+)?{UNIT}"),
    ("identifier", r"^[\p{L}#._/-]*\d[\p{L}\d#._/-]*$"),
)
TEXT, EMPTY, IDENTIFIER = "text", "empty", "identifier"
NUMBERS = ("number", "day number")


def style_of(cells: Any) -> str:
    """The kind of the first filled cells of a column (Arrow text)."""
    return styles(("one",), (cells,))["one"]


def styles(headings: tuple[str, ...], cells: tuple[Any, ...]) -> dict[str, str]:
    """The kind of each named column; of two columns of one heading the first."""
    columns: dict[str, Any] = {}
    for heading, column in zip(headings, cells, strict=True):
        if heading.strip() and heading not in columns:
            columns[heading] = _seen(column)
    # an expression costs more to make ready than a cell to read: most are ruled out by the first cell of each column
    heads = pa.array([seen[0].as_py() if len(seen) else None for seen in columns.values()], pa.large_string())
    fits = [(kind, pattern, pc.match_substring_regex(heads, pattern).to_pylist()) for kind, pattern in KINDS]
    return {
        heading: _kind(seen, [(kind, pattern) for kind, pattern, fit in fits if fit[at]])
        for at, (heading, seen) in enumerate(columns.items())
    }


def _seen(column: Any) -> Any:
    """The distinct cells among the first filled ones of a column, in the order they appear."""
    cells = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
    head = trimmed(cells.slice(0, LOOKED_AT * 5))
    return pc.unique(head.filter(pc.greater(pc.binary_length(head), 0)).slice(0, LOOKED_AT))


def _kind(seen: Any, candidates: list[tuple[str, str]]) -> str:
    if len(seen) == 0:
        return EMPTY
    whole = (kind for kind, pattern in candidates if pc.all(pc.match_substring_regex(seen, pattern)).as_py())
    return next(whole, TEXT)


def differ(before: str, now: str, is_text: bool) -> bool:
    """Whether two kinds of one column cannot both be right; a code may be digits here and letters there."""
    before, now = (TEXT if kind == IDENTIFIER else kind for kind in (before, now))
    if before == now or EMPTY in (before, now):
        return False
    families = {before.split()[0].strip(","), now.split()[0].strip(",")}
    if is_text:
        return "date" in families
    return families != {"number"} or "number" not in (before, now)
