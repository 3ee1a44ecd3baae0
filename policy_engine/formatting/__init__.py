"""Policies and catalogs in their canonical form: order of keys, layout and quotes, with every comment kept.

Text is read by the parser that `policy_engine.loader` reads with, so nothing can be read in two ways here:
`tree` has what stands in a text, `comments` what is said beside it, `order` the order of the keys, `scalars` how
one value is spelled, `layout` where lines break. `text` puts them together and proves that nothing was lost.
"""

from policy_engine.formatting.files import FormattedFile, expect_as_read, format_files, write_formatted
from policy_engine.formatting.text import FormattedText, format_text
from policy_engine.formatting.whole_files import put_whole

__all__ = [
    "FormattedFile",
    "FormattedText",
    "expect_as_read",
    "format_files",
    "format_text",
    "put_whole",
    "write_formatted",
]
