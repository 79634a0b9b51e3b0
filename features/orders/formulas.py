"""What a spreadsheet may run when it opens a text: exports set an apostrophe before it, reading takes it away."""

# OWASP, "CSV Injection", its full-width forms too. Blanks and invisible characters in front do not protect.
SIGNS = "=+-@＝＋－＠"
BREAKS = "\t\r\n"
INVISIBLE = " \0\xa0\u200b\ufeff"
UNSEEN = "".join(rf"\x{{{ord(sign):X}}}" for sign in INVISIBLE)
FORMULA = rf"[{UNSEEN}]*[=+\-@＝＋－＠]|[{BREAKS}]"
"""The beginning of such a text, as a regular expression of Arrow (RE2)."""
FIRST_BYTES = frozenset(sign.encode()[:1] for sign in SIGNS + BREAKS + INVISIBLE)
"""With which of them such a text begins; other texts may, too."""
GUARD = "'"
GUARDED = rf"\A{GUARD}({FORMULA})"
