"""Records how Python evaluates expressions, for `tests/python_values.rs`.

Run with the Python in which nemoguardrails 0.24.1 is installed:

    python record_values.py [SEED] > values.jsonl

Operands and calls are random; another seed gives others.

A line is one expression: `expr`, its variables in `vars`, and either `value` (with `text`, its `str`) or `error`. `after`
holds the variables that the expression changed. Values are in the saved form of `colang::value::Value`. Results that do
not fit into 64 bits are `overflow`. `reference` means that the reference's evaluator does something else.
"""

import copy
import itertools
import json
import random
import re
import sys

from nemoguardrails.colang.v2_x.runtime import eval as reference

chance = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 20240607)
FUNCTIONS = {
    "find_all": reference._regex_findall,
    "search": reference._regex_search,
    "regex": reference._create_regex,
    "pretty_str": reference._pretty_str,
    "escape": reference._escape_string,
    "is_int": reference._is_int,
    "is_float": reference._is_float,
    "is_bool": reference._is_bool,
    "is_str": reference._is_str,
    "is_regex": reference._is_regex,
    "type": reference._get_type,
    "less_than": reference._less_than_operator,
    "greater_than": reference._greater_than_operator,
    "equal_less_than": reference._equal_or_less_than_operator,
    "equal_greater_than": reference._equal_or_greater_than_operator,
    "not_equal_to": reference._not_equal_to_operator,
}
VIEWS = (type({}.keys()), type({}.values()), type({}.items()))


class Overflow(Exception):
    """The value does not fit."""


def saved(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            raise Overflow
        return value
    if isinstance(value, float):
        return value if abs(value) < float("inf") else {"$float": repr(value)}
    if isinstance(value, tuple):
        return {"$tuple": [saved(item) for item in value]}
    if isinstance(value, (list, *VIEWS)):
        return [saved(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return {"$set": [saved(item) for item in sorted(value, key=repr)]}
    if isinstance(value, dict):
        if all(isinstance(key, str) and not key.startswith("$") for key in value):
            return {key: saved(item) for key, item in value.items()}
        return {"$dict": [[saved(key), saved(item)] for key, item in value.items()]}
    if isinstance(value, re.Pattern):
        return {"$regex": value.pattern}
    if isinstance(value, reference.ComparisonExpression):
        raise LookupError
    raise Overflow


def has_order_of_its_own(value):
    """Whether Python prints it in an order or format that the language does not define."""
    if isinstance(value, (set, frozenset, *VIEWS)):
        return True
    if isinstance(value, dict):
        return any(map(has_order_of_its_own, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(has_order_of_its_own, value))
    return isinstance(value, re.Pattern)


def python(expr, variables):
    source = re.sub(r"\$([a-z]+)", r"var_\1", expr)
    names = {f"var_{name}": value for name, value in variables.items()}
    return eval(source, {**FUNCTIONS, **names})


def referenced(expr, variables):
    return reference.eval_expression(expr, variables)


def outcome(evaluate, expr, variables):
    """(value, string, variables afterwards) or the name of the error."""
    variables = copy.deepcopy(variables)
    try:
        value = evaluate(expr, variables)
        text = None if has_order_of_its_own(value) else str(value)
        form = saved(value)
        if text is not None and len(text) > 300:
            text = None
        return {"value": form, "text": text, "after": saved(variables)}
    except Overflow:
        return {"overflow": True}
    except RecursionError:
        raise
    except Exception as error:
        return {"error": type(error).__name__}


SEEN = set()


def record(expr, variables=None, by=python):
    variables = variables or {}
    key = expr + repr(variables)
    if key in SEEN:
        return
    SEEN.add(key)
    got = outcome(by, expr, variables)
    line = {"expr": expr}
    if variables:
        line["vars"] = saved(variables)
    after = got.pop("after", None)
    if after != line.get("vars", {}):
        if after is not None:
            line["after"] = after
    line.update({name: value for name, value in got.items() if name != "text" or value is not None})
    if by is python and "var_" not in expr:
        other = outcome(referenced, expr, variables)
        if ("error" in other) != ("error" in got) or other.get("value") != got.get("value"):
            line["reference"] = other.get("error", "other")
    print(json.dumps(line, ensure_ascii=True, separators=(",", ":")))


NUMBERS = ["True", "False", "0", "1", "2", "3", "7", "10", "-1", "-7", "0.0", "-0.0", "0.5", "-1.5", "2.5", "1e16",
           "-3.0", "0.1", "9223372036854775807", "-9223372036854775807", "4611686018427387904", "1e300"]
OTHERS = ["None", '""', '"a"', '"abc"', '"1"', "[]", "[1, 2]", '["a", 1]', "()", "(1, 2)", "{}", '{"a": 1}', "{1, 2}",
          "{2, 3}", "{1: 2, None: 3}", '"\u00e9\u00df"']
ARITHMETIC = ["+", "-", "*", "/", "//", "%", "**", "|", "^", "&", "<<", ">>"]
COMPARISON = ["<", ">", "<=", ">=", "==", "!=", "in", "not in"]


def operators():
    for left, right in itertools.product(NUMBERS, NUMBERS):
        for op in ARITHMETIC:
            small = op not in ("**", "<<", ">>") or len(right) < 4
            if small and chance.random() < 0.34:
                record(f"{left} {op} {right}")
        for op in COMPARISON[:6]:
            if chance.random() < 0.16:
                record(f"{left} {op} {right}")
    mixed = [pair for pair in itertools.product(NUMBERS + OTHERS, NUMBERS + OTHERS) if set(pair) & set(OTHERS)]
    for left, right in mixed:
        for op in ARITHMETIC + COMPARISON:
            if op == "%" and left.startswith('"'):
                continue
            if "922337" in left + right or "46116" in left + right:
                continue
            if chance.random() < 0.06:
                record(f"{left} {op} {right}")
    for operand in NUMBERS + OTHERS:
        for sign in ("-", "+", "~", "not "):
            record(f"{sign}{operand}")
        record(f"{operand} is None")
        record(f"1 if {operand} else 0")
        for function in ("len", "str", "int", "float", "list", "tuple", "set", "type", "is_int", "is_float", "is_bool",
                         "is_str", "is_regex", "pretty_str", "type"):
            record(f"{function}({operand})")
    for _ in range(250):
        operands = [chance.choice(["1", "2", "3", "4.5", "0", "7", "-2", "True"]) for _ in range(4)]
        ops = [chance.choice(["+", "-", "*", "//", "%", "<", "<=", "==", "!=", "and", "or", "/", "&", "|"]) for _ in range(3)]
        record(" ".join(itertools.chain(*itertools.zip_longest(operands, ops, fillvalue=""))).strip())


def slices():
    for subject in ('"abcdef"', "[1, 2, 3, 4]", "(1, 2, 3)", '"\u00e4\u20ac\U0001f600x"'):
        for index in (0, 1, -1, 3, -4, 99, -99):
            record(f"{subject}[{index}]")
        for _ in range(45):
            parts = [chance.choice(["", "0", "1", "2", "-1", "-2", "5", "-9", "9"]) for _ in range(2)]
            step = chance.choice(["", "", ":1", ":2", ":-1", ":-2", ":0"])
            record(f"{subject}[{parts[0]}:{parts[1]}{step}]")
    for expr in ('{"a": 1}["a"]', '{"a": 1}["b"]', "{1: 2}[1.0]", "{1: 2}[True]", '[1]["a"]', "None[0]", "5[0]", "[1][1.0]",
                 "{(1, 2): 3}[1, 2]", "[[1, 2], [3]][0][1]", '{"a": {"b": [5]}}["a"]["b"][0]', "{[1]: 2}", "{[1]}"):
        record(expr)


TEXTS = ['""', '"abc"', '"Hello World"', '"  pad  "', '"a,b,,c"', '"\u00c4\u00d6\u00df \u03a3\u03c3"', '"12"', '"x1y2"',
         '"they\'re bill\'s"', '"one two  three "', '"a\\tb\\nc\\r\\nd"', '"\u00b2\u0665"', '"aaaa"', '"-42"', '"HELLO"',
         '"Title Case Text"', '"\u01c6\ufb01\u0149"', '"\\u00a0x\\u2003"']
PLAIN = ["lower", "upper", "title", "capitalize", "swapcase", "casefold", "strip", "lstrip", "rstrip", "isalpha",
         "isdigit", "isdecimal", "isnumeric", "isalnum", "isspace", "islower", "isupper", "istitle", "isascii",
         "isidentifier", "isprintable", "split", "rsplit", "splitlines", "expandtabs"]
CALLS = ['split(",")', 'split("a")', "split(None, 1)", 'split(" ", 1)', 'rsplit(" ", 1)', "rsplit(None, 1)",
         'split("", 1)', 'split(sep="a", maxsplit=1)', "splitlines(True)", 'strip("a ")', 'lstrip("Ha")', 'rstrip("cd")',
         'find("a")', 'rfind("a")', 'find("a", 1)', 'find("a", -3, -1)', 'find("")', 'rfind("")', 'find("", 99)',
         'index("a")', 'rindex("l")', 'index("zz")', 'count("a")', 'count("aa")', 'count("")', 'count("l", 3)',
         'startswith("a")', 'startswith(("H", "a"))', 'startswith("")', 'startswith("b", 1)', 'startswith("", 99)',
         'endswith("c")', 'endswith(("d", " "))', 'endswith("b", 0, 2)', 'replace("a", "<>")', 'replace("", "-")',
         'replace("l", "L", 1)', 'replace("a", "b", 0)', 'replace("a", "b", -1)', "center(9)", 'center(8, "*")',
         "center(3)", "ljust(7)", 'ljust(7, ".")', "rjust(7)", 'rjust(7, "ab")', "zfill(6)", "zfill(2)", 'partition(" ")',
         'rpartition(" ")', 'partition("zz")', 'rpartition("zz")', 'partition("")', 'removeprefix("He")',
         'removesuffix("c")', 'join(["x", "y", "z"])', "join([])", 'join("123")', "join([1])", "expandtabs(4)",
         "expandtabs(0)", "lower(1)", "nothing()", 'strip(1)', "find(1)", 'startswith(1)', 'split(maxsplit=1)']


def texts():
    for text in TEXTS:
        for method in PLAIN:
            record(f"{text}.{method}()")
        for call in chance.sample(CALLS, 34):
            record(f"{text}.{call}")
    for width in range(7):
        for text in ('"a"', '"ab"'):
            record(f'{text}.center({width}, ".")')
    samples = ["it's", 'say "x"', "both ' and \"", "tab\\tnl\\n", "back\\\\slash", "\u0301x", "\u200b", "\x7f", "\u00ad",
               "\ue000", "\U0001f600", "\u3000", "\u00a0", "\\x00\\x1f"]
    for text in samples:
        quoted = '"' + text.replace('"', '\\"') + '"'
        record(f"[{quoted}]", by=python)
        record(f"str([{quoted}])")
        record(f"escape({quoted})")
        record(f"pretty_str([{quoted}])")


def numbers():
    for _ in range(260):
        kind = chance.randrange(5)
        value = [
            lambda: chance.uniform(-10, 10),
            lambda: round(chance.uniform(-1000, 1000), chance.randrange(6)),
            lambda: chance.uniform(1, 10) * 10.0 ** chance.randrange(-30, 30),
            lambda: float(chance.randrange(10**17)),
            lambda: 10.0 ** chance.randrange(-8, 20),
        ][kind]()
        record(f"str({value!r})")
        divisor = chance.choice([3, -3, 0.7, -0.1, 1e-3, 7])
        if chance.random() < 0.5:
            record(f"{value!r} // {divisor}")
            record(f"{value!r} % {divisor}")
    for _ in range(400):
        # Halfway between the two nearest numbers with 17 digits.
        record(f"str({chance.randrange(10**13, 9 * 10**13)}.{chance.choice(['5625', '0625', '1875', '6875', '03125'])})")
    for _ in range(120):
        left, right = (chance.randrange(-(2**63) + 1, 2**63) >> chance.randrange(0, 62) for _ in range(2))
        for op in ("//", "%", "/", "+", "*", "==", "<"):
            if chance.random() < 0.5:
                record(f"{left} {op} {right}")
        record(f"{left} < {float(left)!r}")
        record(f"{left} == {float(left)!r}")
    for text in ("12", " 12 ", "-7", "+7", "1_000", "1__0", "_1", "1.5", "", " ", "abc", "0x1f", "9223372036854775807",
                 "9223372036854775808", "1e3", "inf", "-Infinity", "nan", "1_0.5", "1_.5", ".5", "5.", "1e", "\\n3\\t"):
        record(f'int("{text}")')
        record(f'float("{text}")')
    for call in ('int("ff", 16)', 'int("0xff", 16)', 'int("z", 36)', 'int("101", base=2)', 'int("0b11", 0)', 'int("010", 0)',
                 "int(1.9)", "int(-1.9)", "int(1e30)", 'int(float("nan"))', "int()", "float()", "str()", "list()", "tuple()",
                 "set()", "dict()", "dict(a=1, b=2)", 'dict([["a", 1], ("b", 2)])', "dict([[1]])", 'dict({"a": 1}, b=2)',
                 'list("ab")', "list({1: 2})", "list(5)", 'tuple([1, "a"])', "set([1, 1.0, True])", "len(5)", "len()",
                 "len(1, 2)", 'list({"a": 1}.items())', "(2.5).is_integer()", "(2.0).is_integer()", "(37).bit_length()",
                 'float("inf") - float("inf")', 'float("nan") == float("nan")', 'float("nan") < 1', '1e308 * 10',
                 "2 ** 62", "2 ** 63", "-2 ** 63", "(-2) ** 63", "2 ** -1", "0 ** -1", "(-8) ** 0.5", "4 ** 0.5", "10.0 ** 400",
                 "1 << 62", "1 << 63", "-1 >> 70", "1 << -1", "True + True", "True & False", "True ^ 1", "~True",
                 "5 / 0", "5 // 0", "5 % 0", "5.0 % 0", "0.0 / 0.0", "1 @ 2", "unknown(1)", "nothing"):
        record(call)


FORMATS = ["%s", "%r", "%d", "%5d", "%-5d|", "%05d", "%+d", "% d", "%x", "%#x", "%X", "%o", "%#o", "%f", "%.2f", "%8.3f",
           "%-8.1f|", "%08.2f", "%e", "%.3e", "%E", "%g", "%.3g", "%#g", "%G", "%c", "%%", "%5s|", "%-5s|", "%.2s", "%i",
           "%+.1f", "%.0f", "%10.4d", "%q", "%", "%s %s", "no place"]
FORMATTED = ["5", "-3", "2.5", "-0.0", "1e20", "123456789.0", "0.00001234", '"abc"', "True", "None", "[1]", "(1, 2)", "()",
             '("a",)', '{"a": 1}', "65", "1e-7", "100000.0", "1000000.0"]


def formats():
    for template, value in itertools.product(FORMATS, FORMATTED):
        if chance.random() < 0.5:
            record(f'"{template}" % {value}')
    record('"%(a)s-%(b)d" % {"a": 1, "b": 2}')
    record('"%(a)s" % {"b": 2}')
    for template in ("%#.0f", "%#.0e", "%#.0g", "%#g", "%#.6g"):
        for value in ("5.0", "100000.0", "1000000.0", "-0.0"):
            record(f'"{template}" % {value}')
    record('"%*d" % (6, 42)')
    record('"%.*f" % (2, 1.0)')


def collections():
    for expr in ("[1, 2, 1].count(1)", "[1, 2, 3].index(2)", "[1, 2, 3].index(9)", "[1, 2, 1].index(1, 1)", "(1, 2).count(2)",
                 "(1, 2).index(2)", "[3].copy()", '{"a": 1}.get("a")', '{"a": 1}.get("b")', '{"a": 1}.get("b", 7)',
                 '{"a": 1}.keys()', '{"a": 1}.values()', '{"a": 1}.items()', '{"a": 1}.copy()', '{"a": 1}.get([1])',
                 "{1, 2}.union([3])", "{1, 2}.union([3], (4,))", "{1, 2}.intersection([2])", "{1, 2}.difference([2])",
                 "{1, 2}.symmetric_difference([2, 3])", "{1}.issubset([1, 2])", "{1, 2}.issuperset([1])",
                 "{1}.isdisjoint([2])", "{1, 2} - {2}", "{1} | {2}", "{1} < {1, 2}", "{1} <= {1}", "{2} < {1, 2, 3}",
                 "{1, 2} == {2, 1.0}", '{"a": 1} | {"a": 2, "b": 3}', "[1, [2]] == [1.0, [True + True]]", "[1, 2] < [1, 3]",
                 "[1] < [1, 0]", '[1] < ["a"]', '"a" < "B"', '"a" < 1', "(1,) < (2,)", "[1] == (1,)", "{**{'a': 1}, 'b': 2}",
                 "{'a': 1, 'a': 2}", "{1: 'a', True: 'b', 1.0: 'c'}", "[x * 2 for x in [1, 2, 3] if x > 1]",
                 "{x: x * x for x in [1, 2]}", "{x % 2 for x in [1, 2, 3]}", "[x + y for x in [1, 2] for y in [10, 20]]",
                 "[a + b for a, b in [[1, 2], [3, 4]]]", "[c for c in 'abc']", "[k for k in {'a': 1}]", "[x for x in 5]",
                 "[[y for y in [x]] for x in [1, 2]]", "[a for a, b in [[1]]]", "list(x for x in [1, 2])", "[1, 2][-1]",
                 "1 < 2 < 3", "1 < 2 > 3", "1 == 1.0 == True", "1 in [1.0]", "True in [1]", "'b' in 'abc'", "1 in 'abc'",
                 "None in [None]", "'a' in {'a': 1}", "[] in [[]]", "[1] in {1, 2}", "1 and 2", "0 and 2", "0 or ''",
                 "None or [] or 5", "not []", "not 'a'", "'a' if [] else 'b'", "1 is 1", "None is None", "[] is not None",
                 "True is True", "'%s' % 'a' + 'b'", "'ab' * 3", "3 * 'ab'", "'ab' * -1", "[0] * 3", "[1] + [2]", "(1,) + (2,)",
                 "'a' + 1", "[1] + (2,)", "None + 1", "-'a'", "'abc'.upper().lower()", "len('\U0001f600')", "((1 + 2) * 3)",
                 "2 ** 3 ** 2", "-2 ** 2", "not 1 == 2", "1 + 2 * 3 - 4 / 2", "7 // 2 * 2 + 7 % 2", "1 | 2 ^ 3 & 4 << 1"):
        record(expr)
    lists = {"l": [3, 1, 2]}
    for call in ("append(4)", "append([1])", "extend([5, 6])", "extend('ab')", "extend(5)", "insert(0, 9)", "insert(-1, 9)",
                 "insert(99, 9)", "insert(-99, 9)", "remove(1)", "remove(9)", "pop()", "pop(0)", "pop(-2)", "pop(9)", "clear()",
                 "sort()", "sort(reverse=True)", "reverse()", "copy()", "append()", "append(1, 2)", "sort(1)"):
        record(f"$l.{call}", lists)
    record("$l.sort()", {"l": [1, "a"]})
    record("$l.sort(reverse=True)", {"l": [[1, 2], [1], [0, 5]]})
    record("$l.sort()", {"l": [2.5, True, 0, 1]})
    record("$l.pop()", {"l": []})
    record("$l[0].append(7)", {"l": [[1], [2]]})
    record('$l[0]["a"].append(7)', {"l": [{"a": [1]}]})
    record("$l[1:].append(7)", {"l": [[1], [2]]})
    record("[x.append(0) for x in $l]", {"l": []})
    dicts = {"d": {"a": 1, "b": [2]}}
    for call in ("update({'c': 3})", "update({'a': 9}, z=1)", "update([['q', 1]])", "update(a=5)", "pop('a')", "pop('z')",
                 "pop('z', 0)", "popitem()", "clear()", "setdefault('a', 5)", "setdefault('n', 5)", "setdefault('n')",
                 "update(5)", "pop()", "get('b').copy()", "items()", "keys()"):
        record(f"$d.{call}", dicts)
    record("$d['b'].append(3)", dicts)
    record("$d.popitem()", {"d": {}})
    for call in ("add(9)", "add(1)", "add([1])", "remove(1)", "remove(9)", "discard(1)", "discard(9)", "clear()", "update([7], [8])",
                 "intersection_update([1, 5])", "difference_update([1])", "symmetric_difference_update([1, 9])", "copy()"):
        record(f"$s.{call}", {"s": {1, 2}})
    for expr in ("$a + $b", "$a * $b", "$a == $b", "$b - $a", "-$a", "$c", "$a < $b < 10", "[$a, $b]", "{'x': $a}", "str($a) + 'z'"):
        record(expr, {"a": 4, "b": 2.5, "c": None})


PATTERNS = ["a", "^a", "a$", "\\d+", "(\\w)(\\d)", "(a)|(b)", "[abc]+", "[^a-c]", "a{2}", "a{,2}b", "a{", "{", "x{1,2}?", "(?i)HELLO",
            "(?:ab)+", "^$", "\\bis\\b", "(?P<n>a)(?P=n)", "(.)\\1", "(?=a)", "(?!a).", "(?<=a)b", "(?<!a)b", "[]a]", "[[]", "[a&&b]",
            "\\.", "\\/", "\\-", "\\<", "\\Z", "b\\Z", "\\Ab", "(?s)a.b", "a.b", "(?m)^b", "(?x) a b # c", "\\x41", "\\u00e9", "[\\x41-\\x43]",
            "[\\w.-]+@[\\w-]+", "a|", "", "(", ")", "[", "*", "a**", "\\", "\\q", "(?P<n>", "|a", "\\b|\\w+", "[b-a]", "a++", "(?>a+)b", "\\0", "\\101",
            "[\\b]", "é", "\\w+", "(?a)\\w+", "\\s", "[--a]", "a$b", "$", "a\\\n", "(?i:A)b", "(?#c)a", "(a)?b(?(1)c|d)", "[\\]]", "x*"]
SUBJECTS = ["", "a", "b", "ab\n", "aab", "abc", "hello World 42", "a\nb", "is this", "é ß", "a.b/c-d<e", "A1b2", "me@x-y.org", "{,2}b a{",
            "x]a[b&", "aa bb"]


def patterns():
    for pattern in PATTERNS:
        for subject in SUBJECTS:
            if chance.random() < 0.42:
                variables = {"p": pattern, "s": subject}
                record("search($p, $s)", variables)
                record("find_all($p, $s)", variables)
    for pattern in ("(?a)\\w+", "(?a)\\W", "(?a)[^\\W\\d]", "(?a)\\d", "(?a)\\D+", "(?a)\\s", "(?a)\\S+", "(?a)\\b.", "(?ai)[\\w-]+X"):
        for subject in ("é ß", "aé b", "٣4", "a\u2003b c", "é-x", "a_b-X"):
            record("search($p, $s)", {"p": pattern, "s": subject})
            record("find_all($p, $s)", {"p": pattern, "s": subject})
    for expr in ("search(regex('a'), 'cat')", "regex('a')", "regex('(')", "regex(5)", "search('a', 5)", "search('a')", "is_regex(regex('a'))",
                 "is_str(regex('a'))", "regex('a') == regex('a')", "find_all(regex('(a)(b)'), 'abab')", "type(regex('a'))",
                 "type(less_than(3))", "less_than('a')", "greater_than(None)", "type(not_equal_to(True))", "less_than([1])"):
        record(expr)


def interpolation():
    context = {"n": 3, "f": 0.1, "t": "text", "d": {"a": 1, "b": "x"}, "l": [1, "two", None], "z": None}
    for expr in ('"plain"', '"{$n}"', '"a {$n} b {$t}"', '"{$n + 1}"', '"{$d}"', '"{$l}"', '"{$z} {$missing}"', '"{$f * 3}"',
                 '"{$d.a} {$d.b}"', "\"{$d['b']}\"", "\"{len($l)} {$t.upper()}\"", '"{{not}} {$n}"', '"{{{{"', "'{$n}' + \"{$t}\"",
                 '"""long {$n} text"""', '"{ $n }"', '"{True and None}"', '"{($n + 1) * 2}"', '"{[x * 2 for x in [1, 2]]}"',
                 '"{1 if $n > 2 else 0}"', '"{1e20} {1.0} {100000000.0}"', '["{$n}", "{$t}"]', '"{$n / 0}"', '"{unknown()}"',
                 "$d.a", "$d.missing", '$d["a"] + $n', "$t[1:3]", "$l[1].upper()", "$missing", "$z == None"):
        record(expr, context, by=referenced)


def shown():
    context = {"d": {"a": 1, "b": [True, None, 1.5], "c": {}, "e": [], "u": "\u00e4\u20ac\U0001f600\n\"", "n": {"x": [{"y": 1e20}]}}}
    record("pretty_str($d)", context)
    record("pretty_str($l)", {"l": ["3f2b9c1e-0d4a-4b6f-9e55-0123456789ab", "(flow)3f2b9c1e_0d4a_4b6f_9e55_0123456789ab!",
                                    "2024-05-01T10:20:30.123456+00:00", 5]})
    for value in ("'text'", "5", "None", "1.0", "[]", "{}", "(1, 2)", "{1: 2, None: 3, True: 4, 1.5: 5}", "[(1, 2)]", "[[], {}]"):
        record(f"pretty_str({value})")


for part in (operators, slices, texts, numbers, formats, collections, patterns, interpolation, shown):
    part()
