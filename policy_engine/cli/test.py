"""`policy-engine test`: whether policies decide as their own tests say."""

from __future__ import annotations

import click

from policy_engine.cli._formats import FORMATS
from policy_engine.cli._options import color_option, format_option, output_option, paths_argument

_EPILOG = """\b
Example:
  policy-engine test
  policy-engine test policies/card-fraud.yaml --format json
  policy-engine test --format junit --output tests.xml
"""


@click.command(epilog=_EPILOG)
@paths_argument
@format_option(*FORMATS)
@output_option
@color_option
def test(*, paths: tuple[str, ...], form: str, output: str | None, color: str) -> int:
    """Run the policies' own tests.

    Every case under `tests` is decided by the reference interpreter and held against what it expects. The
    tests of a policy that has other errors are not run; its errors are told.
    """
    from policy_engine.cli._formats import own_tests_in
    from policy_engine.cli._messages import tell
    from policy_engine.cli._policies import check_all, loaded_policies
    from policy_engine.cli._terminal import goes_to_terminal, paint_for, width_for, write
    from policy_engine.reporting.as_text import own_tests_as_text, summary_of_tests
    from policy_engine.reporting.own_tests import own_tests

    loaded = loaded_policies(paths)
    _, report = check_all(loaded, paths)
    found = own_tests(loaded, report)
    if form == "text":
        wrap = width_for(output) if goes_to_terminal(output) else None
        write(own_tests_as_text(found, paint=paint_for(color, output), wrap=wrap), output)
    else:
        write(own_tests_in(form, found), output)
    tell(summary_of_tests(found))
    return 0 if report.ok else 1
