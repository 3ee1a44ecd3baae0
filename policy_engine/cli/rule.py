"""`policy-engine rule`: what a finding's rule looks for and why, with a bad and a good example."""

from __future__ import annotations

import click

from policy_engine.cli._options import format_option, output_option

_EPILOG = """\b
Example:
  policy-engine rule
  policy-engine rule PE203
  policy-engine rule tied-overrides
"""


@click.command(epilog=_EPILOG, short_help="Explain a finding's code.")
@click.argument("code", required=False, metavar="[CODE]")
@format_option("text", "json")
@output_option
def rule(*, code: str | None, form: str, output: str | None) -> int:
    """Say what the rule with CODE finds, why it matters, and how to mend it; without CODE, list all rules.

    CODE is that of a finding, such as PE203, or the name of a rule. The page about it is the one in the documentation.
    """
    from policy_engine.cli._terminal import goes_to_terminal, width_for, write
    from policy_engine.reporting.rules import page_about, rules_as_text
    from policy_engine.validator import ALL_RULES

    shown = ALL_RULES if code is None else (_rule(code),)
    if form == "json":
        from policy_engine.reporting.as_json import as_json

        pages = {} if code is None else {one.code: page_about(one) for one in shown}
        write(as_json([{**one._asdict(), **({"page": pages[one.code]} if pages else {})} for one in shown]), output)
    elif code is None:
        write(rules_as_text(shown, width_for(output) if goes_to_terminal(output) else None), output)
    else:
        write(page_about(shown[0]), output)
    return 0


def _rule(code: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a type that --help need not load
    from policy_engine.diagnostics import nearest
    from policy_engine.validator import ALL_RULES

    found = next((one for one in ALL_RULES if code.casefold() in (one.code.casefold(), one.name)), None)
    if found is not None:
        return found
    near = None if code.upper().startswith("PE") else nearest(code, [one.name for one in ALL_RULES])
    hint = "without CODE, all are listed" if near is None else f"did you mean `{near}`?"
    raise click.UsageError(f"no rule has the code or name `{code[:60]}`: {hint}")
