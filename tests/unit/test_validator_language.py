"""Mistakes in the keys of classes, several scores, knock-outs, guardrails, tunables and roll-out."""

from __future__ import annotations

import pytest

from tests.support.policies import CATALOG, POLICY, Edit, after, edited, findings

SCORES = """\
schema: policy/v1
use_case: kyc
version: 1
owner: kyc
effective: {from: 2026-07-01T00:00:00Z}
bands:
  - {name: reject, escalate: fraud-ops}
  - {name: manual, escalate: fraud-ops}
  - {name: pass}
scores:
  doc: {kind: probability, higher_is: safer, thresholds: {manual: 0.6, pass: 0.9}, model: {name: d}, on_invalid: manual}
"""
RICH_CATALOG = (
    CATALOG.replace("effects: [adverse]", "effects: [adverse]\nfacts: [sanctions_exact, vip]")
    + "guardrails:\n  - {id: gdpr, effects: [adverse], require: person}\n"
)

KEYS: dict[str, list[str]] = {
    "scores: {face: {kind: probability}}": [
        (
            "15:1: PE104 `scores` stands beside `score`, and a policy has one of them / delete `scores`, "
            "or move what `score` says into it, under a name of its own"
        ),
        "15:10: PE102 `face` lacks `higher_is` / add `higher_is: riskier`, with a value of your own",
        "15:10: PE102 `face` lacks `model` / add `model: {name: fraud-gbm}`, with a value of your own",
        (
            "15:10: PE102 `face` lacks `on_invalid` / add `on_invalid: block`, the band of a case whose "
            "score is invalid: `block`, the strictest, or `review`, which escalates"
        ),
        ("15:10: PE102 `face` lacks `thresholds` / add `thresholds: {block: 0.9}`, with a value of your own"),
    ],
    "stage: shadow": [
        (
            "15:8: PE103 `stage` is the text `shadow` where a mapping is wanted / write `{shadow: {until: "
            "2026-10-01T00:00:00Z}}`"
        ),
    ],
    "stage:": [
        (
            "15:7: PE103 `stage` is nothing where a mapping is wanted / write a mapping such as `{shadow: "
            "{until: 2026-10-01T00:00:00Z}}` after `stage:`, or delete the key"
        ),
    ],
    "stage: {}": [
        (
            "15:1: PE104 `stage` needs one of `shadow` and `canary` / add one, such as `shadow: {until: "
            "2026-10-01T00:00:00Z}`"
        ),
    ],
    (
        "stage: {shadow: {until: 2026-10-01T00:00:00Z}, canary: {percent: 5, by: subject, salt: x, "
        "until: 2026-10-01T00:00:00Z}}"
    ): [
        (
            "15:48: PE104 `stage` has `shadow` and `canary`, and may have one of them / delete one: "
            "`shadow` decides beside the live policy, `canary` for a share of subjects"
        ),
    ],
    "stage: {shadow: {untill: 2026-10-01T00:00:00Z}}": [
        "15:18: PE101 `untill` is no key of `shadow` / did you mean `until`?",
    ],
    "stage: {shadow: 2026-10-01}": [
        (
            "15:17: PE103 `shadow` is the text `2026-10-01` where a mapping is wanted / write "
            "`{until: 2026-10-01T00:00:00Z}`"
        ),
    ],
    "stage: {canary: 5}": [
        (
            "15:17: PE103 `canary` is the number 5 where a mapping is wanted / write `{percent: 5, by: "
            "subject, salt: canary-1, until: 2026-10-01T00:00:00Z}`"
        ),
    ],
    "stage: {canary: {percent: 150, by: Subject, salt: '', until: soon}}": [
        "15:27: PE104 `percent` is 150, and has to be at most 100 / write `100` or less",
        (
            "15:36: PE104 `Subject` is no name of a dimension: it is a small letter, then up to 63 small "
            "letters, digits or `_` / write `subject`"
        ),
        "15:51: PE104 `salt` is empty / write the text",
        (
            "15:62: PE104 `soon` is not an instant with an offset, such as 2026-07-01T00:00:00Z / write it "
            "in the form of `2026-07-01T00:00:00Z`: a date, `T`, a time, and `Z` or an offset as in "
            "`+01:00`"
        ),
    ],
    "stage: live": [
        (
            "15:8: PE103 `stage` is the text `live` where a mapping is wanted / delete `stage`: a policy "
            "without it is live"
        ),
    ],
    "stage: {live: {}}": [
        ("15:9: PE101 `live` is no key of `stage` / delete it, or write a key that is known here: `canary`, `shadow`"),
    ],
    "stage: {canary: {percent: 5, by: subject, until: 2026-10-01T00:00:00Z}}": [
        "15:9: PE102 `canary` lacks `salt` / add `salt: canary-1`, with a value of your own",
    ],
    'stage: {canary: {percent: 5, by: subject, salt: "a\\0b", until: 2026-10-01T00:00:00Z}}': [
        "15:49: PE104 `salt` has the character NUL, which ends it / delete that character",
    ],
    "tunable: {block: {env: X}}": [
        "15:11: PE102 `block` lacks `within` / add `within: [0.8, 0.95]`, with a value of your own",
    ],
    "tunable: {block: X}": [
        (
            "15:18: PE103 `block` is the text `X` where a mapping is wanted / write a mapping such as "
            "`{env: BLOCK_THRESHOLD, within: [0.8, 0.95]}`"
        ),
    ],
    "tunable: {block: [0.8, 0.9]}": [
        (
            "15:18: PE103 `block` is a list where a mapping is wanted / write a mapping such as `{env: "
            "BLOCK_THRESHOLD, within: [0.8, 0.95]}`"
        ),
    ],
    "tunable: {block: {within: [0.8, 0.9]}}": [
        ("15:11: PE104 `block` needs one of `env` and `per_call: true` / add one, such as `env: BLOCK_THRESHOLD`"),
    ],
    "tunable: {block: {env: X, per_call: true, within: [0.8, 0.9]}}": [
        (
            "15:27: PE104 `block` has `env` and `per_call`, and may have one of them / delete one: `env` "
            "is read when policies are loaded, `per_call` with each request"
        ),
    ],
    "tunable: {block: {env: 9 X, within: [0.9, 0.8]}}": [
        (
            "15:24: PE104 `9 X` is no name of an environment variable: that is a letter or `_`, then up to "
            "127 letters, digits or `_` / begin it with a letter from a to z"
        ),
        "15:37: PE104 `within` must begin at or below its end / write `[0.8, 0.9]`",
    ],
    "tunable: {block: {env: X, within: 0.9}}": [
        (
            "15:35: PE103 `within` is the number 0.9 where a list is wanted / write `[0.8, 0.95]`, the "
            "lowest and the highest number that is accepted"
        ),
    ],
    "tunable: {block: {env: X, within: [0.9]}}": [
        (
            "15:35: PE104 `within` needs two ends: the lowest and the highest number that is accepted / "
            "write `[0.8, 0.95]` with your own ends"
        ),
    ],
    "tunable: {block: {per_call: false, within: [0.9, 1]}}": [
        "15:29: PE103 `per_call` is `false` where `true` is wanted / write `true`, or delete `per_call`",
    ],
    "tunable: {block: {per_call: yes, within: [0.9, 1]}}": [
        "15:29: PE104 `yes` is no value of `per_call` / write `true`",
    ],
    "tunable: {block: {per_call: true, within: [0.9, 1], tighten_only: no}}": [
        ("15:67: PE103 `tighten_only` is the text `no` where true or false is wanted / write `false`, without quotes"),
    ],
    "tunable: {block: {per_call: true, within: ['0.9', null], tighten_onli: false}}": [
        ("15:44: PE103 item 1 of `within` is the text `0.9` where a number is wanted / write `0.9`, without quotes"),
        ("15:51: PE103 item 2 of `within` is nothing where a number is wanted / write a number such as `0.5`"),
        "15:58: PE101 `tighten_onli` is no key of a tunable / did you mean `tighten_only`?",
    ],
    "tunable: {'1 x': {env: X, within: [0.9, 1]}}": [
        (
            "15:11: PE104 `1 x` is no name of a tunable: that is one such as `block`, `lead.ratio`, "
            "`block.highlight.above` or `face.reject` / begin it with a letter from a to z"
        ),
    ],
    "tunable: [{name: block, env: X, within: [0.9, 1]}]": [
        (
            "15:10: PE103 `tunable` is a list where a mapping is wanted / write `{block: {env: X, within: "
            "[0.9, 1]}}`, one mapping and no list"
        ),
    ],
    "tunable: block": [
        (
            "15:10: PE103 `tunable` is the text `block` where a mapping is wanted / write a mapping such "
            "as `{block: {env: BLOCK_THRESHOLD, within: [0.8, 0.95]}}`"
        ),
    ],
    "knock_outs: [{id: a, when: {vip: true}, at_least: block, at_most: block}]": [
        (
            "15:58: PE104 knock-out `a` has `at_least` and `at_most`, and may have one of them / delete "
            "one: for a case that is to be neither milder nor stricter, write two"
        ),
    ],
    "knock_outs: [{id: a, when: {vip: true}}]": [
        ("15:14: PE104 knock-out `a` needs one of `at_least` and `at_most` / add one, such as `at_least: block`"),
    ],
    "knock_outs: [{id: a, when: {}, at_least: block}]": [
        "15:28: PE104 `when` has no items and needs at least 1 / add one",
    ],
    "knock_outs: [{id: a, when: {vip: 'yes'}, at_leest: block}]": [
        "15:42: PE101 `at_leest` is no key of a knock-out / did you mean `at_least`?",
    ],
    "knock_outs: [{id: a, when: vip, at_least: block}]": [
        "15:28: PE103 `when` is the text `vip` where a mapping is wanted / write `{vip: true}`",
    ],
    "knock_outs: [{id: a, when: {vip: }, at_least: 0.9}]": [
        (
            "15:34: PE103 `vip` is nothing where true or false, text, a list or a mapping is wanted / "
            "write true or false, text, a list or a mapping after `vip:`, or delete the key"
        ),
        '15:47: PE103 `at_least` is the number 0.9 where text is wanted / write `"0.9"`, in quotes',
    ],
    "knock_outs: {id: a, when: {vip: true}, at_least: block}": [
        (
            "15:13: PE103 `knock_outs` is a mapping where a list is wanted / write it as a list: `[{id: a, "
            "when: {vip: true}, at_least: block}]`"
        ),
    ],
    "knock_outs: {sdn: {when: {vip: true}, at_least: block}}": [
        (
            "15:13: PE103 `knock_outs` is a mapping where a list is wanted / write `[{id: sdn, when: {vip: "
            "true}, at_least: block}]`, a list"
        ),
    ],
    "knockouts: []": [
        "15:1: PE101 `knockouts` is no key of a policy / did you mean `knock_outs`?",
    ],
    "knock_outs: [{id: a, when: {vip: true}, at_least: block, because: x}]": [
        (
            "15:58: PE101 `because` is no key of a knock-out / `because` belongs in an override or a "
            "tunable: move it there, or delete it"
        ),
    ],
    "samples: [{id: qa, of: allow}]": [
        "15:11: PE102 sample `qa` lacks `by` / add `by: subject`, with a value of your own",
        "15:11: PE102 sample `qa` lacks `percent` / add `percent: 1`, with a value of your own",
        "15:11: PE102 sample `qa` lacks `salt` / add `salt: qa-1`, with a value of your own",
        "15:11: PE102 sample `qa` lacks `to` / add `to: review`, with a value of your own",
    ],
    "samples: [{id: qa, of: allow, percent: 1%, to: review, by: subject, salt: qa}]": [
        "15:40: PE103 `percent` is the text `1%` where a number is wanted / write `1`",
    ],
    "samples: [allow]": [
        (
            "15:11: PE103 item 1 of `samples` is the text `allow` where a mapping is wanted / write a "
            "mapping such as `{id: qa, of: allow, percent: 1, to: review, by: subject, salt: qa-1}`"
        ),
    ],
    "lead: 1.5": [
        ("15:7: PE103 `lead` is the number 1.5 where a mapping is wanted / write `{ratio: 1.5, bands: [block]}`"),
    ],
    "lead: {ratio: 0.5, bands: []}": [
        "15:15: PE104 `ratio` is 0.5, and has to be at least 1 / write `1` or more",
        "15:27: PE104 `bands` has no items and needs at least 1 / add one",
    ],
    "lead: {ratio: 1.5, bands: block}": [
        "15:27: PE103 `bands` is the text `block` where a list is wanted / write `[block]`",
    ],
    "lead: {ratio: 1.5, bands: [block, block]}": [
        "15:35: PE104 `bands` names `block` twice / delete the second `block`",
    ],
    "lead: {ratio: 1.5, band: [block]}": [
        "15:20: PE101 `band` is no key of `lead` / did you mean `bands`?",
    ],
    "lead: {otherwise: review}": [
        "15:1: PE102 `lead` lacks `bands` / add `bands: [block]`, with a value of your own",
        "15:1: PE102 `lead` lacks `ratio` / add `ratio: 1.5`, with a value of your own",
    ],
    "targets: [{measure: share, band: block}]": [
        (
            "15:11: PE104 item 1 of `targets` needs one of `at_least`, `at_most` and `between` / add one, "
            "such as `at_least: 0.95`"
        ),
    ],
    "targets: [{measure: share, band: block, at_least: 0.1, between: [0.1, 0.2]}]": [
        (
            "15:56: PE104 item 1 of `targets` has `at_least` and `between`, and may have one of them / "
            "write `between: [0.08, 0.13]` for two bounds"
        ),
    ],
    "targets: [{measure: share, band: block, between: [0.2, 0.1]}]": [
        (
            "15:50: PE104 item 1 of `targets` is `between` two numbers of which the first must be the "
            "lower / write `[0.1, 0.2]`"
        ),
    ],
    "targets: [{measure: share, band: block, between: 0.2}]": [
        (
            "15:50: PE103 `between` is the number 0.2 where a list is wanted / write `[0.08, 0.13]`, the "
            "least and the greatest value"
        ),
    ],
    "targets: [{measure: shares, band: block, at_least: 5}]": [
        "15:21: PE104 `shares` is no value of `measure` / did you mean `share`?",
        "15:52: PE104 `at_least` is 5, and has to be at most 1 / write `0.05`",
    ],
    "targets: {precision: 0.9}": [
        ("15:10: PE103 `targets` is a mapping where a list is wanted / write a list: each item begins with `- `"),
    ],
    "evidence: {file: x}": [
        "15:11: PE103 `evidence` is a mapping where text is wanted / write text",
    ],
    "unknown_label: {a: base}": [
        (
            "15:16: PE103 `unknown_label` is a mapping where `strictest`, `base` or `error` is wanted / "
            "write `strictest`, `base` or `error`"
        ),
    ],
    "unknown: base": [
        (
            "15:10: PE103 `unknown` is the text `base` where a mapping is wanted / write a mapping such as "
            "`{tier: base}`"
        ),
    ],
    "unknown: {tier: safest}": [
        ("15:17: PE104 `safest` is no value of `tier` under `unknown` / write `strictest`, `base` or `error`"),
    ],
}

EDITS: list[tuple[Edit, list[str]]] = [
    (
        ("score:\n", "scor:\n"),
        [
            "6:1: PE101 `scor` is no key of a policy / did you mean `score`?",
        ],
    ),
    (
        ("score:\n  kind: probability\n  higher_is: riskier\n  model: {name: fraud-gbm}\n", ""),
        [
            (
                "1:1: PE102 the policy lacks `score` / add `score: {kind: probability, higher_is: riskier, "
                "model: {name: fraud-gbm}}`, with a value of your own; or `scores`, where several models judge "
                "one case"
            ),
        ],
    ),
    (
        ("score:\n  kind: probability\n  higher_is: riskier\n  model: {name: fraud-gbm}\n", "score:\n"),
        [
            (
                "6:7: PE103 `score` is nothing where a mapping is wanted / write a mapping such as `{kind: "
                "probability, higher_is: riskier, model: {name: fraud-gbm}}` after `score:`"
            ),
        ],
    ),
    (
        ("on_invalid: review\n", "on_invald: review\n"),
        [
            "14:1: PE101 `on_invald` is no key of a policy / did you mean `on_invalid`?",
        ],
    ),
    (
        ("reasons: [FR01]", "reasons: reason_codes"),
        [
            (
                "11:87: PE103 `reasons` is the text `reason_codes` where a list or a mapping is wanted / write "
                "`{from: reason_codes, of: [R01, R02], else: review}`"
            ),
        ],
    ),
    (
        ("reasons: [FR01]", "reasons: {from: reason_codes}"),
        [
            "11:78: PE102 `reasons` lacks `else` / add `else: review`, with a value of your own",
            "11:78: PE102 `reasons` lacks `of` / add `of: [R01, R02]`, with a value of your own",
        ],
    ),
    (
        ("reasons: [FR01]", "reasons: {from: codes, of: R01, else: review}"),
        [
            "11:94: PE104 `codes` is no value of `from` / write `reason_codes`",
            "11:105: PE103 `of` is the text `R01` where a list is wanted / write `[R01]`",
        ],
    ),
    (
        ("reasons: [FR01]", "reasons: {from: reason_codes, of: [], else: review, max: 0}"),
        [
            "11:112: PE104 `of` has no items and needs at least 1 / add one",
            "11:135: PE104 `max` is 0, and has to be at least 1 / write `1` or more",
        ],
    ),
    (
        ("reasons: [FR01]", "reasons: {from: reason_codes, of: [R01], otherwise: review}"),
        [
            "11:78: PE102 `reasons` lacks `else` / add `else: review`, with a value of your own",
            (
                "11:119: PE101 `otherwise` is no key of reasons of the case / `otherwise` belongs in `lead`: "
                "move it there, or delete it"
            ),
        ],
    ),
    (
        ("reasons: [FR01]", "highlight: 0.25"),
        [
            "11:89: PE103 `highlight` is the number 0.25 where a mapping is wanted / write `{above: 0.25}`",
        ],
    ),
    (
        ("reasons: [FR01]", "highlight: {above: 0.25, floor: 3, cap: 1}"),
        [
            (
                "11:110: PE104 `highlight` fills up to more labels than its `cap` lets through / write `floor: "
                "1` or less, or a greater `cap`"
            ),
        ],
    ),
    (
        ("reasons: [FR01]", "highlight: {floor: 1}"),
        [
            "11:78: PE102 `highlight` lacks `above` / add `above: 0.25`, with a value of your own",
        ],
    ),
    (
        ("reasons: [FR01]", "highlight: {above: 0.2, floor: -1, cap: 2.5}"),
        [
            "11:109: PE104 `floor` is -1, and has to be at least 0 / write `0` or more",
            "11:118: PE103 `cap` is the number 2.5 where a whole number is wanted / write `2`",
        ],
    ),
    (
        ("reasons: [FR01]", "highlight: [a]"),
        [
            ("11:89: PE103 `highlight` is a list where a mapping is wanted / write a mapping such as `{above: 0.25}`"),
        ],
    ),
    (
        ("kind: probability", "kind: labels"),
        [
            (
                "7:9: PE104 `score` is of kind `labels`, so it needs the list of `labels` there are / add "
                "`labels: [spam, violence]` under `score`, with the labels that the model knows"
            ),
        ],
    ),
    (
        ("kind: probability", "kind: classes\n  signal: margin"),
        [
            (
                "9:14: PE104 `score` has the signal `margin`, which says how sure the model is: a high one is "
                "safer / write `higher_is: safer`, or `signal: top`"
            ),
        ],
    ),
    (
        ("kind: probability", "kind: probability\n  signal: top\n  labels: [a]"),
        [
            (
                "8:3: PE104 `score` has a `signal`, which only the kind `classes` has / delete `signal`, or "
                "write `kind: classes`"
            ),
        ],
    ),
    (
        ("kind: probability", "kind: classes\n  range: [null, 1]"),
        [
            (
                "8:10: PE104 `score` is of kind `classes`, where an absent class counts as the range's low "
                "end: it must be a number / write `[0, 1]`, with the lowest score that the model can return"
            ),
        ],
    ),
    (
        ("kind: probability", "kind: number\n  type: float32\n  range: [1, 1.000000001]"),
        [
            (
                "9:10: PE104 `score` has a `range` of which nothing is left in float32 / write ends that "
                "differ as float32, or delete `type`"
            ),
        ],
    ),
    (
        ("kind: probability", "kind: classes\n  labels: [a, a]"),
        [
            "8:15: PE104 `labels` names `a` twice / delete the second `a`",
        ],
    ),
    (
        ("kind: probability", "kind: probability\n  type: float16"),
        [
            ("8:9: PE104 `float16` is no value of `type` / did you mean `float64`? it may be `float32` or `float64`"),
        ],
    ),
    (
        ("kind: probability", "kind: probability\n  type: 32"),
        [
            (
                "8:9: PE103 `type` is the number 32 where `float32` or `float64` is wanted / write `float32` "
                "or `float64`"
            ),
        ],
    ),
    (
        ("kind: probability", "kind: classes\n  signal: first"),
        [
            "8:11: PE104 `first` is no value of `signal` / write `top` or `margin`",
        ],
    ),
    (
        ("{name: fraud-gbm}", "{name: fraud-gbm, versions: {v4: '>=4,<5', v5: '>=4.9,<6'}}"),
        [
            (
                "9:57: PE104 `versions` gives `v4` and `v5` versions in common / write versions that share "
                'none, as in `{v4: ">=4,<5", v5: ">=5,<6"}`'
            ),
        ],
    ),
    (
        ("{name: fraud-gbm}", "{name: fraud-gbm, versions: {v4: '>=5,<4'}}"),
        [
            (
                "9:43: PE104 `>=5,<4` admits no version at all / write a lower bound that lies below the upper "
                'one, as in `">=4.2,<5"`'
            ),
        ],
    ),
    (
        ("{name: fraud-gbm}", "{name: fraud-gbm, versions: {}}"),
        [
            "9:38: PE104 `versions` has no items and needs at least 1 / add one, or delete `versions`",
        ],
    ),
    (
        ("{name: fraud-gbm}", "{name: fraud-gbm, versions: ['>=4']}"),
        [
            ('9:38: PE103 `versions` is a list where text or a mapping is wanted / write `">=4"`, without brackets'),
        ],
    ),
    (
        ("{name: fraud-gbm}", "{name: fraud-gbm, versions: {v4: 4.1}}"),
        [
            '9:43: PE103 `v4` is the number 4.1 where text is wanted / write `"==4.1"`, in quotes',
        ],
    ),
    (
        ("thresholds: {block: 0.93}", "highlight: 0.3"),
        [
            (
                "16:51: PE103 `highlight` is the number 0.3 where a mapping is wanted / write a mapping such "
                "as `{block: {above: 0.25}}`"
            ),
        ],
    ),
    (
        ("thresholds: {block: 0.93}", "highlight: {block: 0.3}"),
        [
            "16:59: PE103 `block` is the number 0.3 where a mapping is wanted / write `{above: 0.3}`",
        ],
    ),
    (
        ("thresholds: {block: 0.93}", "lead: 2"),
        [
            ("16:46: PE103 `lead` is the number 2 where a mapping is wanted / write `{ratio: 2, bands: [block]}`"),
        ],
    ),
    (
        ("thresholds: {block: 0.93}", "treshold: {block: 1}"),
        [
            "16:40: PE101 `treshold` is no key of an override / did you mean `thresholds`?",
        ],
    ),
]

OF_SCORES: list[tuple[Edit, list[str]]] = [
    (
        ("doc: {kind: probability, ", "doc: {kind: classes, "),
        [
            (
                "11:15: PE104 `doc` is one of several scores, so its kind is `probability` or `number` / write "
                "`probability`, or `number` and its `range`"
            ),
        ],
    ),
    (
        ("doc: {kind: probability, ", "doc: {"),
        [
            "11:3: PE102 `doc` lacks `kind` / add `kind: probability`, with a value of your own",
        ],
    ),
    (
        ("thresholds: {manual: 0.6, pass: 0.9}, ", ""),
        [
            "11:3: PE102 `doc` lacks `thresholds` / add `thresholds: {pass: 0.9}`, with a value of your own",
        ],
    ),
    (
        ("model: {name: d}, on_invalid: manual", "model: {name: d}"),
        [
            (
                "11:3: PE102 `doc` lacks `on_invalid` / add `on_invalid: reject`, the band of a case whose "
                "score is invalid: `reject`, the strictest, or `manual`, which escalates"
            ),
        ],
    ),
    (
        ("scores:\n", "on_invalid: manual\nscores:\n"),
        [
            (
                "10:1: PE104 `on_invalid` stands beside `scores`, each of which has its own / move "
                "`on_invalid: manual` into each of `scores`"
            ),
        ],
    ),
    (
        ("scores:\n", "score: {kind: probability, higher_is: safer, model: {name: x}}\nscores:\n"),
        [
            (
                "11:1: PE104 `scores` stands beside `score`, and a policy has one of them / delete `scores`, "
                "or move what `score` says into it, under a name of its own"
            ),
        ],
    ),
    (
        ("doc: {kind: probability, ", "doc: {kind: number, "),
        [
            (
                "11:15: PE104 `doc` is a `number`, so it needs a `range` / add `range: [0, 1]` under `doc`: "
                "the lowest and the highest possible score, null for an end that is open; or write `kind: "
                "probability`"
            ),
        ],
    ),
    (
        ("thresholds: {manual: 0.6, pass: 0.9}", "thresholds: {}"),
        [
            "11:58: PE104 `thresholds` has no items and needs at least 1 / add one",
        ],
    ),
    (
        ("thresholds: {manual: 0.6, pass: 0.9}", "thresholds: {manual: never}"),
        [
            ("11:67: PE103 `manual` is the text `never` where a number is wanted / write a number such as `0.5`"),
        ],
    ),
    (
        ("scores:\n  doc: {", "scores:\n  - {name: doc, "),
        [
            (
                "11:3: PE103 `scores` is a list where a mapping is wanted / write `{doc: {kind: probability, "
                "higher_is: safer, thresholds: {manual: 0.6, pass: 0.9}, model: {name: d}, on_invalid: "
                "manual}}`, one mapping and no list"
            ),
        ],
    ),
    (
        ("  doc:", "  - doc:"),
        [
            (
                "11:3: PE103 `scores` is a list where a mapping is wanted / write `{doc: {kind: probability, "
                "higher_is: safer, thresholds: {manual: 0.6, pass: 0.9}, model: {name: d}, on_invalid: "
                "manual}}`, one mapping and no list"
            ),
        ],
    ),
    (
        ("doc: {kind: probability, ", "doc: {kind: probability, signal: top, "),
        [
            "11:28: PE104 `doc` has a `signal`, which only the kind `classes` has / delete `signal`",
        ],
    ),
    (
        ("{name: pass}", "{name: pass, kind: x}"),
        [
            ("9:18: PE101 `kind` is no key of a band / `kind` belongs in one of `scores`: move it there, or delete it"),
        ],
    ),
    (
        ("doc: {", "doc: {weight: 1, "),
        [
            (
                "11:9: PE101 `weight` is no key of one of `scores` / delete it, or write a key that is known "
                "here: `higher_is`, `kind`, `labels`, `model`, `on_invalid`, `range`, `signal`, `thresholds`, "
                "`type`"
            ),
        ],
    ),
    (
        ("model: {name: d}", "model: doc"),
        [
            "11:91: PE103 `model` is the text `doc` where a mapping is wanted / write `{name: doc}`",
        ],
    ),
]

OF_A_CATALOG: list[tuple[Edit, list[str]]] = [
    (
        ("require: person", "require: persn"),
        [
            (
                "catalog.yaml:18:45: PE104 `require` is the text `persn` where `person`, `never`, "
                "`tighten_only` or a mapping is wanted / did you mean `person`?"
            ),
        ],
    ),
    (
        ("require: person", "require: 0.9"),
        [
            (
                "catalog.yaml:18:45: PE103 `require` is the number 0.9 where `person`, `never`, `tighten_only` "
                "or a mapping is wanted / write `person`, `never`, `tighten_only` or a mapping"
            ),
        ],
    ),
    (
        ("require: person", "require: {treshold: [0.8, 0.9]}"),
        [
            ("catalog.yaml:18:46: PE101 `treshold` is no key of a range of thresholds / did you mean `threshold`?"),
        ],
    ),
    (
        ("require: person", "require: {threshold: 0.8}"),
        [
            (
                "catalog.yaml:18:57: PE103 `threshold` is the number 0.8 where a list is wanted / write `[0.8, "
                "0.99]`, the lowest and the highest threshold that is allowed"
            ),
        ],
    ),
    (
        ("require: person", "require: {threshold: [0.9, 0.8]}"),
        [
            "catalog.yaml:18:57: PE104 `threshold` must begin at or below its end / write `[0.8, 0.9]`",
        ],
    ),
    (
        ("effects: [adverse], require", "require"),
        [
            (
                "catalog.yaml:18:5: PE104 guardrail `gdpr` needs `effects` or `bands`, to say of what it "
                "speaks / add `effects: [adverse]`, or `bands` with their names"
            ),
        ],
    ),
    (
        ("effects: [adverse], require: person", "require: {threshold: [0.8, 0.9]}"),
        [
            (
                "catalog.yaml:18:5: PE104 guardrail `gdpr` needs `effects` or `bands`, to say of what it "
                "speaks / add `bands: [block]` with the names of bands, or `effects` with what they do to a "
                "person"
            ),
        ],
    ),
    (
        ("require: person", "require: tighten_only"),
        [
            (
                "catalog.yaml:18:16: PE104 guardrail `gdpr` is about all bands: `tighten_only` takes no "
                "`effects` or `bands` / delete `effects`"
            ),
        ],
    ),
    (
        ("require: person}", "require: person, whn: {jurisdiction: EU}}"),
        [
            "catalog.yaml:18:53: PE101 `whn` is no key of a guardrail / did you mean `when`?",
        ],
    ),
    (
        ("id: gdpr, ", ""),
        [
            (
                "catalog.yaml:18:5: PE102 item 1 of `guardrails` lacks `id` / add `id: gdpr-art-22`, with a "
                "value of your own"
            ),
        ],
    ),
    (
        ("require: person", "bands: []"),
        [
            (
                "catalog.yaml:18:5: PE102 guardrail `gdpr` lacks `require` / add `require: person`, with a "
                "value of your own"
            ),
            ("catalog.yaml:18:43: PE104 `bands` has no items and needs at least 1 / add one, or delete `bands`"),
        ],
    ),
    (
        ("[sanctions_exact, vip]", "{vip: bool}"),
        [
            (
                "catalog.yaml:13:8: PE103 `facts` is a mapping where a list is wanted / write a list: each "
                "item begins with `- `"
            ),
        ],
    ),
    (
        ("[sanctions_exact, vip]", "[VIP, vip, vip]"),
        [
            (
                "catalog.yaml:13:9: PE104 `VIP` is no name of a dimension: it is a small letter, then up to 63 "
                "small letters, digits or `_` / write `vip`"
            ),
        ],
    ),
    (
        ("[sanctions_exact, vip]", "vip"),
        [
            "catalog.yaml:13:8: PE103 `facts` is the text `vip` where a list is wanted / write `[vip]`",
        ],
    ),
    (
        ("within: PT30M}]", "within: PT30M}], when_exhausted: [review]"),
        [
            (
                "catalog.yaml:15:78: PE103 `when_exhausted` is a list where text is wanted / write `review`, "
                "without brackets"
            ),
        ],
    ),
    (
        ("within: PT30M}]", "within: PT30M}], when_exhausted: allow now"),
        [
            (
                "catalog.yaml:15:78: PE104 `allow now` is no name: a name is a letter, then up to 63 letters, "
                "digits, `_`, `.` or `-` / write `allow-now`"
            ),
        ],
    ),
    (
        ("within: PT30M}]", "within: PT30M}], whenexhausted: hold"),
        [
            (
                "catalog.yaml:15:62: PE101 `whenexhausted` is no key of an escalation path / did you mean "
                "`when_exhausted`?"
            ),
        ],
    ),
    (
        (
            "guardrails:\n  - {id: gdpr, effects: [adverse], require: person}",
            "guardrails: {gdpr: {effects: [adverse], require: person}}",
        ),
        [
            (
                "catalog.yaml:17:13: PE103 `guardrails` is a mapping where a list is wanted / write `[{id: "
                "gdpr, effects: [adverse], require: person}]`, a list"
            ),
        ],
    ),
    (
        ("guardrails:\n  - {id: gdpr, effects: [adverse], require: person}", "guardrails:"),
        [
            (
                "catalog.yaml:17:12: PE103 `guardrails` is nothing where a list is wanted / write the items "
                "below `guardrails:`, each beginning with `- `, or delete the key"
            ),
        ],
    ),
    (
        ("tier: [standard", "use_case: [standard"),
        [
            (
                "catalog.yaml:10:3: PE104 `dimensions` declares `use_case`, a name that requests use for "
                "something else / choose another name, such as `use_case_value`"
            ),
        ],
    ),
]


@pytest.mark.parametrize("written", KEYS)
def test_a_mistake_below_a_key_of_a_policy_is_told_at_its_place(written: str) -> None:
    assert after(("on_invalid: review\n", f"on_invalid: review\n{written}\n")) == KEYS[written]


@pytest.mark.parametrize(("edit", "told"), EDITS)
def test_a_mistake_in_the_score_a_band_or_an_override_is_told_at_its_place(edit: Edit, told: list[str]) -> None:
    assert after(edit) == told


def test_several_scores_are_in_order() -> None:
    assert findings(SCORES, RICH_CATALOG) == []


@pytest.mark.parametrize(("edit", "told"), OF_SCORES)
def test_a_mistake_in_one_of_several_scores_is_told_at_its_place(edit: Edit, told: list[str]) -> None:
    assert findings(edited(SCORES, edit), RICH_CATALOG) == told


@pytest.mark.parametrize(("edit", "told"), OF_A_CATALOG)
def test_a_mistake_in_facts_guardrails_and_paths_is_told_at_its_place(edit: Edit, told: list[str]) -> None:
    assert findings(POLICY, edited(RICH_CATALOG, edit)) == told
