#!/usr/bin/env python3
"""Writes libs/sql-template/src/jinja-cases.json: templates, values, and what Jinja2 itself makes of them.

Needs Debian's python3-jinja2 (apt-get install python3-jinja2), run with /usr/bin/python3. The output depends on this
file and on Jinja2 alone; the table says which version of it. Every output of a {{ }} is kept as a value, so that a
bind of ours can be compared with it; what Jinja2 refuses (a comparison of a text with a number) is left out.
"""

import itertools
import json
import pathlib
import random

import jinja2
from markupsafe import Markup

OPEN, CLOSE = "\x02", "\x03"
TARGET = pathlib.Path(__file__).parent.parent / "libs/sql-template/src/jinja-cases.json"


def plain(value):
    """The value as JSON has it."""
    if isinstance(value, jinja2.Undefined):
        return None
    if isinstance(value, (str, int, float, bool, type(None))):
        return value
    if isinstance(value, dict):
        return {str(key): plain(member) for key, member in value.items()}
    return [plain(item) for item in value]


@jinja2.pass_context
def finalize(_context, value):
    """Macros and block sets are SQL and pass; every other output is a value. (With the context Jinja2 folds no constants.)"""
    if isinstance(value, Markup):
        return value
    return Markup(OPEN + json.dumps(plain(value)) + CLOSE)


ENVIRONMENT = jinja2.Environment(autoescape=True, finalize=finalize)


def answer(template, values):
    """What Jinja2 renders, as texts and [value]s; None when it refuses."""
    try:
        text = ENVIRONMENT.from_string(template).render(values)
    except Exception:  # noqa: BLE001 - whatever Jinja2 refuses is not a case
        return None
    parts = []
    for index, part in enumerate(text.replace(CLOSE, OPEN).split(OPEN)):
        if index % 2 == 1:
            parts.append([json.loads(part)])
        elif part:
            parts.append(part)
    return parts


CASES = []


def case(group, template, **values):
    parts = answer(template, values)
    if parts is not None:
        known = {key: value for key, value in values.items() if key not in CONTEXT or CONTEXT[key] != value}
        shared = all(key in values for key in CONTEXT)
        CASES.append({"group": group, "template": template, "shared": shared, "values": known if shared else values, "parts": parts})


VALUES = {
    "zero": 0, "one": 1, "minus": -3, "half": 0.5, "float0": 0.0, "yes": True, "no": False, "nothing": None,
    "empty": "", "space": " ", "text": "abc", "digits": "42", "list0": [], "list1": [0], "list3": [3, 1, 2],
    "dict0": {}, "dict1": {"a": 1}, "false_text": "false",
}
CONTEXT = {
    "a": 1, "b": 0, "t": "Text", "e": "", "n": None, "l": [3, 1, 2], "l0": [], "d": {"k": "v", "m": {"n": 7}},
    "rows": [{"id": 1, "tags": ["x", "y"]}, {"id": 2, "tags": []}, {"id": 3, "tags": ["z"]}], "words": ["b", "A", "c"],
    "f": 2.5, "yes": True, "no": False, "date": "2024-02-29", "s": "a,b,,c",
}


def truth():
    for value in VALUES.values():
        case("truth", "[{% if v %}T{% else %}F{% endif %}]", v=value)
        case("truth", "[{% if not v %}T{% else %}F{% endif %}]", v=value)
        case("truth", "[{{ v and 7 }},{{ v or 7 }},{{ not v }},{{ 1 if v else 2 }},{{ 1 if v }}]", v=value)
    case("truth", "[{% if missing %}T{% else %}F{% endif %},{{ missing }},{{ missing or 3 }},{{ missing and 3 }}]")
    for p, q, r in itertools.product([True, False], repeat=3):
        for test in ("p and q or r", "p or q and r", "not p and q", "not (p and q) or r", "p if q else r", "p and not q or not r"):
            case("truth", "[{% if " + test + " %}T{% else %}F{% endif %}]", p=p, q=q, r=r)
        chain = "[{% if p %}1{% elif q %}2{% elif r %}3{% else %}4{% endif %}]"
        case("control", chain, p=p, q=q, r=r)


def comparisons():
    for left, right in itertools.product(VALUES.values(), repeat=2):
        for sign in ("==", "!=", "<", "<=", ">", ">=", "in", "not in"):
            case("comparison", "[{% if p " + sign + " q %}T{% else %}F{% endif %}]", p=left, q=right)
    for test in ("1 < a < 3", "1 < 2 < 3 < a", "a == 1 == true", "2 > 1 > a", "'b' in 'abc'", "'k' in d", "4 not in l", "(1, 2) == (1, 2)"):
        case("comparison", "[{{ " + test + " }}]", **CONTEXT)


def tests():
    names = ["defined", "undefined", "none", "boolean", "true", "false", "integer", "number", "string", "mapping", "sequence",
             "iterable", "odd", "even", "lower", "upper", "divisibleby 3", "divisibleby(2)", "in [1, 'abc', none]", "eq 1", "ne 1",
             "equalto 'abc'", "gt 0", "ge 1", "lt 1", "le 0"]
    for name, value in itertools.product(names, VALUES.values()):
        if name in ("lower", "upper") and not isinstance(value, str):
            continue
        # A float without a fraction is an integer in JSON, so it is not one for us.
        if value == 0.0 and isinstance(value, float) and name == "integer":
            continue
        case("test", "[{% if v is " + name + " %}T{% else %}F{% endif %},{{ v is not " + name + " }}]", v=value)
    for name in ("defined", "undefined", "none", "string", "number", "mapping", "sequence"):
        case("test", "[{{ missing is " + name + " }}]")
    case("test", "[{% if a is defined and a is odd or n is none %}T{% endif %},{{ 'y' if a is defined else 'n' }}]", **CONTEXT)


def filters():
    texts = ["", "abc", "Hello world", " pad ", "a-b c(d", "ÄÖü", "xxabcxx", "42", "3.9", "-7", "1e3", "abc3", " 7 "]
    for value in texts:
        for name in ("upper", "lower", "capitalize", "title", "trim", "trim('x')", "length", "count", "first", "last", "reverse", "list",
                     "replace('a', 'z')", "replace('x', '', 2)", "replace('', '-')", "string", "int", "int(5)", "float", "float(1.5)",
                     "default('q')", "default('q', true)", "d('q', boolean=true)", "join('-')", "int(0, 16)"):
            case("filter", "[{{ v | " + name + " }}]", v=value)
    numbers = [0, 1, -1, 2.5, 3.5, -2.5, 0.125, 2.675, 1234.5678, 1e21, 7, -7.49, 0.5, 1.5, True, False]
    for value in numbers:
        for name in ("abs", "int", "float", "round", "round(1)", "round(2)", "round(-2)", "round(0, 'floor')", "round(1, 'ceil')",
                     "default(5)", "default(5, true)"):
            case("filter", "[{{ v | " + name + " }}]", v=value)
    lists = [[], [1], [3, 1, 2], ["b", "A", "c", "a"], [1, 1, 2, 1], [[1, 2], [3]], [0, 1, "", "x"]]
    for value in lists:
        # A list in a list is written as JSON by us and as Python by Jinja2.
        joins = () if value and isinstance(value[0], list) else ("join", "join(', ')")
        for name in (*joins, "first", "last", "length", "sort", "sort(reverse=true)", "sort(case_sensitive=true)", "unique",
                     "reverse", "sum", "min", "max", "list", "select", "reject", "default('q', true)"):
            case("filter", "[{{ v | " + name + " }}]", v=value)
    for expression in ("rows | map(attribute='id') | list", "rows | map(attribute='id') | join(',')", "rows | selectattr('tags') | list | length",
                       "rows | rejectattr('tags') | map(attribute='id') | list", "rows | sum(attribute='id')", "rows | sort(attribute='id', reverse=true) | map(attribute='id') | list",
                       "rows | join('-', attribute='id')", "d | length", "d | list", "n | default(3)", "missing | default(3)", "missing | default",
                       "n | default(3, true)", "e | default('x', boolean=true)", "missing | length", "missing | join", "d.m.n | float", "d['m']['n']",
                       "d.nothing", "d.nothing | default('z')", "words | sort | first | upper", "l | max - l | min", "-a | abs", "-(a + 2) | abs", "2 ** 3 | string"):
        case("filter", "[{{ " + expression + " }}]", **CONTEXT)


def arithmetic():
    numbers = [0, 1, 2, 3, -3, 7, -7, 2.5, -0.5, True]
    for left, right in itertools.product(numbers, repeat=2):
        for sign in ("+", "-", "*", "/", "//", "%"):
            case("arithmetic", "[{{ p " + sign + " q }}]", p=left, q=right)
    for expression in ("1 + 2 * 3", "(1 + 2) * 3", "2 ** 3 ** 2", "-2 ** 2", "7 // 2 * 2 + 7 % 2", "10 - 3 - 2", "2 * 3 ~ 'x'", "1 + 2 ~ 3 + 4", "'a' ~ 1 ~ e ~ missing",
                       "'ab' * 3", "l + [9]", "'a' + 'b'", "- - 3", "+a - -a", "10 / 4 | round", "(10 / 4) | round", "1_000 + 0x10 + 0b11", "1e3 + 1.5e-1", "not a == 2", "a + b if b else a - b"):
        case("arithmetic", "[{{ " + expression + " }}]", **CONTEXT)


def access():
    for expression in ("l[0]", "l[-1]", "l[5]", "l[1:]", "l[:2]", "l[::-1]", "l[::2]", "l[-2:]", "l[5:]", "l[2:0:-1]", "t[0]", "t[1:3]", "t[::-1]", "t[-9:2]", "d.k", "d['k']", "d.m.n",
                       "d.get('k')", "d.get('zz')", "d.get('zz', 4)", "d.items() | list", "d.keys() | list", "rows[1].id", "rows[0].tags[1]", "rows.0.id", "t.upper()", "t.lower()",
                       "' x '.strip()", "'xax'.strip('x')", "'xax'.lstrip('x')", "'xax'.rstrip('x')", "s.split(',')", "' a  b '.split()", "t.startswith('Te')", "t.endswith('Te')", "t.replace('T', 'N')",
                       "'it''s'", "'it\\'s'", '"a\\nb"', "'\\u00e9\\x41'", "'a' 'b'", "[1, [2, 3]][1][0]", "{'a': 1, 'b': [2]}['b'][0]", "(1, 2, 3)[1]", "()", "[]", "{}", "(1,)", "[1, 2,]",
                       "range(3) | list", "range(1, 7, 2) | list", "range(5, 0, -2) | list", "range(0) | list", "dict(a=1, b=2)", "date[:4] | int", "none", "None", "true", "True", "1.50"):
        case("access", "[{{ " + expression + " }}]", **CONTEXT)


LOOP_VALUES = ("loop.index", "loop.index0", "loop.revindex", "loop.revindex0", "loop.first", "loop.last", "loop.length", "loop.previtem", "loop.nextitem", "loop.cycle('p', 'q')", "loop.changed(x > 1)")


def loops():
    for items in ([], [1], [1, 2], [3, 1, 2, 1]):
        for value in LOOP_VALUES:
            case("loop", "[{% for x in v %}({{ " + value + " }}){% else %}none{% endfor %}]", v=items)
        case("loop", "[{% for x in v if x > 1 %}({{ loop.index }}/{{ loop.length }}:{{ x }}){% if not loop.last %},{% endif %}{% else %}-{% endfor %}]", v=items)
        case("loop", "[{% for x in v | sort %}{% for y in v %}({{ x }}*{{ y }},{{ loop.index }}){% endfor %}<{{ loop.index }}>{% endfor %}]", v=items)
    templates = [
        "[{% for k, v in d.items() %}({{ k }}={{ v }}){% endfor %}]", "[{% for k in d %}({{ k }}){% endfor %}]", "[{% for c in t %}({{ c }}){% endfor %}]",
        "[{% for r in rows %}{% set last = r.id %}{% for x in r.tags %}({{ last }},{{ x }}){% else %}!{% endfor %}{% endfor %}({{ last }})]",
        "[{% set x = 5 %}{% for x in l %}({{ x }}){% endfor %}({{ x }})]", "[{% set s = 0 %}{% for x in l %}({{ s }}){% set s = s + x %}({{ s }}){% endfor %}({{ s }})]",
        "[{% set ns = namespace(sum=0, seen=false) %}{% for x in l %}{% set ns.sum = ns.sum + x %}{% if x == 1 %}{% set ns.seen = true %}{% endif %}{% endfor %}({{ ns.sum }},{{ ns.seen }})]",
        "[{% for x in missing %}x{% else %}none{% endfor %}]", "[{% for a, b in [(1, 2), (3, 4)] %}({{ a }}+{{ b }}){% endfor %}({{ a }})]", "[{% for x in 1, 2, 3 %}({{ x }}){% endfor %}]",
        "[{% for x in l %}{% if loop.first %}first{% elif loop.last %}last{% else %}mid{% endif %},{% endfor %}]", "[{% for x in range(3) %}{% for y in range(x) %}({{ loop.index0 }}){% endfor %};{% endfor %}]".replace(";", "/"),
        "[{% for x in l if x is odd %}({{ x }}){% endfor %}]", "[{% for x in rows | map(attribute='id') %}({{ x }}){% endfor %}]", "[{% for i in l[:2] + [9] %}({{ i }}){% endfor %}]",
    ]
    for template in templates:
        case("loop", template, **CONTEXT)


def scopes():
    for flag in (True, False):
        for template in (
            "[{% set x = 1 %}{% if p %}{% set x = 2 %}{% endif %}({{ x }})]", "[{% if p %}{% set x = 2 %}{% endif %}({{ x }})]", "[{% if p %}{% set x = 2 %}{% else %}{% set x = 3 %}{% endif %}({{ x }})]",
            "[{% if p %}{% set a = 2 %}{% endif %}({{ a }})]", "[{% if p %}{% else %}{% set a = 3 %}{% endif %}({{ a }})]", "[{% for i in l %}{% if p %}{% set a = i %}{% endif %}({{ a }}){% endfor %}({{ a }})]", "[{% set a, b = b, a %}({{ a }},{{ b }})]",
            "[{% macro m(x, y=2) %}({{ x }},{{ y }},{{ a }}){% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(y=4, x=5) }}{{ m() }}]",
            "[{% macro m(x) %}{% set a = x %}({{ a }}){% if p %}{% set x = 9 %}{% endif %}({{ x }}){% endmacro %}{{ m(7) }}({{ a }}){{ m(a) }}]",
            "[{% macro inner(x) %}<{{ x }}>{% endmacro %}{% macro outer(y) %}{{ inner(y) }}{{ inner(y + 1) }}{% endmacro %}{{ outer(a) }}]",
            "[{% macro each(items) %}{% for i in items %}{{ caller() }}{% endfor %}{% endmacro %}{% call each(l) %}({{ a }}){% endcall %}]",
            "[{% macro opt(v) %}{% if v %}={{ v }}{% endif %}{% endmacro %}{{ opt(a) }},{{ opt(b) }},{{ opt(missing) }},{{ opt(t) }}]",
            "[{% set part %}({{ a }}){% endset %}{{ part }},{{ part }}]", "[{% macro m(x, y=x) %}({{ x }},{{ y }}){% endmacro %}{{ m(3) }}]",
            "[{% macro m(x) %}{% for i in x %}({{ i }}){% endfor %}{% endmacro %}{% for r in rows %}{{ m(r.tags) }}/{% endfor %}]",
        ):
            case("scope", template, p=flag, **CONTEXT)


def whitespace():
    pieces = ["( \n{%", "%}\n ", "x", " \n{%", "%} \n )"]
    for marks in itertools.product(["", "-"], repeat=4):
        opener = pieces[0] + marks[0] + " if a " + marks[1] + pieces[1] + pieces[2]
        closer = pieces[3] + marks[2] + " endif " + marks[3] + pieces[4]
        case("whitespace", opener + closer, **CONTEXT)
        value = "( \n{{" + marks[0] + " a " + marks[1] + "}}\n , \n{#" + marks[2] + " note " + marks[3] + "#}\n )"
        case("whitespace", value, **CONTEXT)
        loop = "( {%" + marks[0] + " for x in l " + marks[1] + "%} , {%" + marks[2] + " endfor " + marks[3] + "%} )"
        case("whitespace", loop, **CONTEXT)
    for template in ("(\r\n{{ a }}\r\n)\n", "({# a {{ b }} #})", "({% raw %}{{ a }} {% if %}{% endraw %})", "( {%- raw -%} {{ x }} {%- endraw -%} )", "({{ '}}' }})", "({{ '%}' }},{{ {'a': {}} }})",
                     "({% if a -%}\n\n  1\n{%- else -%}\n 2 {% endif %})", "({%+ if a +%} 1 {%+ endif +%})", "({%- set q = 1 -%} {{- q -}} )", "{# first -#}  (x)", "(x)  {#- last #}"):
        case("whitespace", template, **CONTEXT)


class Writer:
    """Random templates out of the constructs above; every variable is one of CONTEXT or set before."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def condition(self, depth=2):
        pick = self.random.choice
        if depth and self.random.random() < 0.5:
            return pick(["({} and {})", "({} or {})", "({1} if {0} else {0})"]).format(self.condition(depth - 1), self.condition(depth - 1))
        return pick(["a", "b", "t", "e", "n", "l", "l0", "missing", "not a", "not e", "a == 1", "b != 0", "'A' in words", "t is string", "n is none", "missing is defined", "l | length > 2", "d.k == 'v'", "a in l", "f > 2", "1 <= a < 3", "b is even", "yes", "no"])

    def value(self):
        return self.random.choice(["a", "b", "t", "n", "l", "missing", "a + b", "l | first", "t | upper", "d.k", "d.zz | default(9)", "a if e else b", "l | sort", "words | join('+')", "x", "not e", "a - 2 | abs", "rows[1].id", "t[1:]", "a ~ t"])

    def body(self, depth):
        return "".join(self.node(depth) for _ in range(self.random.randint(1, 3)))

    def mark(self):
        return self.random.choice(["", "", "", "-"])

    def node(self, depth):
        kind = self.random.choice(["text", "value", "value", "set"] if depth == 0 else ["text", "value", "if", "if", "for", "set", "comment"])
        m = self.mark
        if kind == "text":
            return self.random.choice(["/", " , ", "\n", "<>", " + "])
        if kind == "value":
            return "({{" + m() + " " + self.value() + " " + m() + "}})"
        if kind == "set":
            return "{%" + m() + " set x = " + self.value() + " " + m() + "%}"
        if kind == "comment":
            return "{#" + m() + " note " + m() + "#}"
        if kind == "if":
            arms = "{%" + m() + " if " + self.condition() + " " + m() + "%}" + self.body(depth - 1)
            if self.random.random() < 0.4:
                arms += "{% elif " + self.condition() + " " + m() + "%}" + self.body(depth - 1)
            if self.random.random() < 0.6:
                arms += "{%" + m() + " else %}" + self.body(depth - 1)
            return arms + "{% endif " + m() + "%}"
        items = self.random.choice(["l", "l0", "words", "range(2)", "rows | map(attribute='id')", "t", "missing", "d"])
        tests = self.random.choice(["", "", " if loop_free", " if not no"]).replace("loop_free", "y")
        inner = self.body(depth - 1) + self.random.choice(["", "({{ y }})", "({{ loop.index }})", "{% if not loop.last %},{% endif %}"])
        return "{% for y in " + items + tests + " " + m() + "%}" + inner + self.random.choice(["", "{% else %}none"]) + "{% endfor %}"


def at_random():
    for seed in range(1000):
        case("random", "[" + Writer(seed).body(3) + "]", **CONTEXT)


def main():
    for group in (truth, comparisons, tests, filters, arithmetic, access, loops, scopes, whitespace, at_random):
        group()
    rows = ",\n".join(json.dumps(row, ensure_ascii=True, separators=(",", ":")) for row in CASES)
    shared = json.dumps(CONTEXT, separators=(",", ":"))
    TARGET.write_text('{"made_by":"tools/jinja-cases.py","jinja2":"%s","shared":%s,"cases":[\n%s\n]}\n' % (jinja2.__version__, shared, rows))
    print(f"{len(CASES)} cases of Jinja2 {jinja2.__version__} in {TARGET.name}, {TARGET.stat().st_size // 1024} KiB")


main()
