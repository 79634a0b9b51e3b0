"""What a spreadsheet may run when it opens a text: exports set an apostrophe before it, reading takes it away."""

# OWASP, "CSV Injection", its full-width forms too. Blanks and invisible characters in front do not protect.
SIGNS = "=+-@＝＋－＠"
BREAKS = "\t\r\n"
UNSEEN = r" \x{0}\x{A0}\x{200B}\x{FEFF}"
FORMULA = rf"[{UNSEEN}]*[=+\-@＝＋－＠]|[{BREAKS}]"
"""The beginning of such a text, as a regular expression of Arrow (RE2)."""
GUARD = "'"
GUARDED = rf"\A{GUARD}({FORMULA})"
