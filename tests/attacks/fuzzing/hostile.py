"""What nobody of good will posts: names, values, bodies, headers and addresses.

Everything is bytes, as it goes over the wire.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

T = TypeVar("T")
Fields = list[tuple[bytes, bytes]]

# Seen as markup in a page it would show that something was not escaped.
MARK = b"<fuzz>"

_NUMBERS = (
    *("1e999999", "-1e999999", "1e-999999", "NaN", "sNaN", "-Infinity", "0x10", "-0"),
    *("9" * 18, "9" * 64, "9" * 400, "9" * 5000, "0." + "1" * 40, "-1", "+1", "0", ""),
    *("٣٤", "१२", "１２３", "²", "½", "1_000", "1,5", "1.", ".5", "1 000", " 1 ", "1e"),
    *("--1", "2147483648", "9223372036854775808", "-9223372036854775809", "1\u00a0000"),
    *("0.1e1", "00012", "1\n", "true", "null", "on", "false"),
)
_TEXTS = (
    *("\0", "a\0b", "\r\nSet-Cookie: a=b", "\n", "\t", "\x1b[2J", "\x7f", "\x85"),
    *("\ud800", "\udfff\ud800", "\U0010ffff", "\ufffe", "\ufeff", "\u200b", "\u2028"),
    *("\u202enoitcivnoc\u202c", "\u2066x", "é", "e\u0301", "😀", "👨‍👩‍👧", "ﷺ"),
    *("<fuzz>", '"><fuzz>', "</textarea><fuzz>", "</script><fuzz>", "<!--", "&lt;"),
    *("{{ 7*7 }}", "{% debug %}", "${7*7}", "%s%n", "%(x)s", "{0.__class__}", "{", "%"),
    *("' OR 1=1 --", '"; DROP TABLE x;--', "\\", '"*" NEAR(', "%%%", "_", "*", "("),
    *("=1+1", "+1", "@x", "../../etc/passwd", "%00", "%ff", "%", "&", "=", ";", "#"),
    *("//evil.example", "https:evil", "\\\\evil", "javascript:1", "/\\evil.example"),
    *("0000-00-00", "9999-12-31", "10000-01-01", "2026-02-30", "2026-05-06"),
    *("00000000-0000-0000-0000-000000000000", "{}", "[]", "[NaN]", '{"a":1,"a":2}'),
    *("[" * 5000, '{"pair": "\\ud800"}', '{"position": 1}', "1e400", "None", "__all__"),
)
_ACTIONS = (
    *("check", "autosave", "review", "save", "refresh", "find-pair", "add-step"),
    *("split-evenly", "targets-at-r", "use-preset", "save-preset", "remove-steps-0"),
    *("up-steps-0", "down-steps-7", "rest-steps-0", "rest-steps-9", "pair:", "set:"),
    *("set:pair=%FF%00", "set:note=<fuzz>", "set:%zz", "pair:\0", "pair:" + "x" * 999),
)
_NAMES = (
    *("owner", "owner_id", "state", "version", "remote_id", "is_staff", "is_superuser"),
    *("__class__", "id", "pk", "public_id", "_method", "next", "action", "format", ""),
    *("steps-0-volume", "steps-8-volume", "steps-9999-volume", "steps--1-volume"),
    *("steps-__prefix__-volume", "steps-TOTAL_FORMS", "steps-INITIAL_FORMS", "ids"),
    *("steps-MAX_NUM_FORMS", "position.price.value", "csrfmiddlewaretoken", "_save"),
    *("_selected_action", "_popup", "_to_field", "e", "p", "o", "all", "q", "before"),
    *("after", "than", "from", "to", "steps", "refused", "find", "id__exact", "pk__in"),
    *("user_permissions", "password__regex", "trader__password__startswith"),
)
_LENGTHS = (61, 151, 301, 2001, 4001, 16_001, 70_000)

_numbers = st.sampled_from([text.encode() for text in _NUMBERS])
_texts = st.sampled_from([text.encode("utf-8", "surrogatepass") for text in _TEXTS])
_long = st.builds(
    bytes.__mul__,
    st.sampled_from([b"x", b"9", b" ", "é".encode(), b"\0", b"<fuzz>", b"%", b"\n"]),
    st.sampled_from(_LENGTHS),
)
_any_text = st.text(max_size=12).map(str.encode)
values = st.one_of(
    _numbers,
    _texts,
    _numbers,
    _texts,
    st.sampled_from([text.encode() for text in _ACTIONS]),
    _long,
    _any_text,
    st.binary(max_size=8),
)
_strange_names = st.one_of(
    st.sampled_from([name.encode() for name in _NAMES]), values.map(lambda v: v[:400])
)


def pick(draw: st.DrawFn, items: Sequence[T]) -> T:
    """As ``sampled_from`` does, which would take its time over each new sequence."""
    return items[draw(st.integers(0, len(items) - 1))]


def change(draw: st.DrawFn, fields: Fields, others: Fields) -> Fields:
    """The fields with one thing wrong. ``others`` are fields of other forms."""
    fields = list(fields)
    place = draw(st.integers(0, len(fields) - 1)) if fields else -1
    how = pick(draw, _WAYS) if fields else _added
    how(draw, fields, place, others)
    return fields


def _replaced(draw, fields: Fields, place: int, others) -> None:
    fields[place] = (fields[place][0], draw(values))


def _pierced(draw, fields: Fields, place: int, others) -> None:
    """A good value with something in it that does not belong there."""
    name, value = fields[place]
    at = draw(st.integers(0, len(value)))
    fields[place] = (name, value[:at] + draw(_texts) + value[at:])


def _cut(draw, fields: Fields, place: int, others) -> None:
    name, value = fields[place]
    fields[place] = (name, value[: draw(st.integers(0, len(value)))])


def _swapped(draw, fields: Fields, place: int, others) -> None:
    """A good value, of another form."""
    named = [value for name, value in others if name == fields[place][0]]
    fits = named or [value for _, value in others]
    fields[place] = (fields[place][0], pick(draw, fits))


def _dropped(draw, fields: Fields, place: int, others) -> None:
    del fields[place]


def _repeated(draw, fields: Fields, place: int, others) -> None:
    name, value = fields[place]
    fields.append((name, value if draw(st.booleans()) else draw(values)))


def _added(draw, fields: Fields, place: int, others) -> None:
    if others and draw(st.booleans()):
        fields.append(pick(draw, others))
    else:
        fields.append((draw(_strange_names), draw(values)))


def _renamed(draw, fields: Fields, place: int, others) -> None:
    fields[place] = (draw(_strange_names), fields[place][1])


def _inflated(draw, fields: Fields, place: int, others) -> None:
    """Many more rows of steps than a ticket has, or many more of any field."""
    count = pick(draw, (9, 30, 401, 1001))
    forged = b"%d" % pick(draw, (count, 10_000, 10**9, -1))
    named = [n for n, _ in fields if n.endswith(b"-TOTAL_FORMS")]
    fields[:] = [(n, forged if n in named else v) for n, v in fields]
    name = b"steps-%d-volume" if named else fields[place][0].replace(b"%", b"") + b"%d"
    fields += [(name % n, b"1") for n in range(count)]


_WAYS = (
    *(_replaced, _replaced, _replaced, _replaced, _pierced, _pierced, _swapped, _cut),
    *(_dropped, _repeated, _added, _renamed, _replaced, _pierced, _swapped, _inflated),
)


def urlencoded(fields: Fields) -> bytes:
    pairs = (f"{quote_from_bytes(n)}={quote_from_bytes(v)}" for n, v in fields)
    return "&".join(pairs).encode()


def multipart(fields: Fields, disposition: bytes = b"", more: bytes = b"") -> bytes:
    """``disposition`` and ``more`` are put into the head of each part."""
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n%s\r\n%s\r\n'
        % (name.replace(b'"', b"%22"), disposition, more, value)
        for name, value in fields
    ]
    return b"".join(parts) + b"--x--\r\n"


FORM = b"application/x-www-form-urlencoded"
MULTIPART = b"multipart/form-data; boundary=x"
_CHARSETS = (b"utf-16", b"rot13", b"idna", b"unicode_escape", b"", b'"', b"\0")
# Said as RFC 2231 has it, with a charset for the parameter itself.
_SAID = (b"nope'en'%41", b"utf-8''%ff%00", b"''", b"rot13''x", b"idna''x", b"utf-16''x")
_KINDS = (
    *(b"application/json", b"text/plain", b"", b"\xff\xfe", b"a/b/c; d", b"multipart/"),
    *(b"multipart/form-data", b"multipart/form-data; boundary=", MULTIPART, FORM),
    b"multipart/form-data; boundary=" + b"x" * 300,
    b"multipart/form-data; boundary=\xc3\xa9",
    *(kind + b"; charset=" + c for kind in (FORM, MULTIPART) for c in _CHARSETS),
    *(kind + b"; charset*=" + x for kind in (FORM, MULTIPART) for x in _SAID),
    *(MULTIPART + b"; boundary*=" + x for x in _SAID),
)
_DISPOSITIONS = (
    *(
        b'; filename="a.txt"',
        b"; filename=",
        b'; name="',
        b";" * 99,
        b"; name=",
        b"; =",
    ),
    *(b"; " + name + b"*=" + x for name in (b"name", b"filename") for x in _SAID),
)
_HEADS = (
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Type: text/plain; charset=rot13\r\n",
    b"Content-Type: text/plain; charset*=nope''x\r\n",
    b"Content-Length: -1\r\n",
    b"x" * 2000 + b"\r\n",
    b":\r\n",
)
_UNQUOTED = (b"%", b"%z", b"%u0041", b"&&=&", b"\xff", b"\0", b";", b"+")


def spoil(draw: st.DrawFn, fields: Fields) -> tuple[bytes, bytes]:
    """The fields as a body that no browser makes, and what it is called."""
    body = urlencoded(fields)
    match draw(st.integers(0, 6)):
        case 0:
            return draw(st.binary(max_size=60)), pick(draw, _KINDS)
        case 1:
            return body, pick(draw, _KINDS)
        case 2:
            told = {n.decode("latin-1"): v.decode("latin-1") for n, v in fields}
            return json.dumps(told).encode(), b"application/json"
        case 3:
            at = draw(st.integers(0, len(body)))
            return body[:at] + pick(draw, _UNQUOTED) + body[at:], FORM
        case 4:
            return multipart(fields, pick(draw, _DISPOSITIONS)), MULTIPART
        case 5:
            return multipart(fields, more=pick(draw, _HEADS)), MULTIPART
    parts = multipart(fields)
    return parts[: draw(st.integers(0, len(parts)))], MULTIPART


_HEADERS = (
    *("Accept", "Accept-Encoding", "Accept-Language", "Content-Encoding"),
    *("Expect", "Forwarded", "HX-Request", "If-Modified-Since", "If-None-Match"),
    *("Origin", "Range", "Referer", "User-Agent", "X-CSRFToken", "X-Forwarded-For"),
    *("X-Forwarded-Host", "X-Forwarded-Proto", "X-HTTP-Method-Override", "Host"),
    *("X-Requested-With", "X-Request-Id", "Authorization", "X-Real-Ip", "Via"),
)
_HEADER_VALUES = (
    *(b"", b"\xff\xfe", b"*/*;q=", b"text/html;q=NaN", b"gzip;q=1e999", b"bytes=0-,-1"),
    *(b"a" * 8000, b"null", b"https://evil.example/", b"http://[", b"://", b"[::1"),
    *(b"en-" + b"x" * 500, b"zz,*;q=1.0001", b"Thu, 99 Foo 0000 99:99:99 GMT", b'W/"'),
    *(b"true", b"for=1;for=2", b"1.1.1.1, 2.2.2.2", b"::ffff:1", b"a:99999", b"\t"),
    *(b"Basic \xff", b"Bearer x", b",", b"DELETE", b"https,", b"a:b", b"1"),
)
# "sessionid" stands for what our cookie is called.
_COOKIES = (
    *(b"sessionid=\xff; csrftoken=\xff", b'sessionid="\\000aaaaaaaaa"', b"=; ;;="),
    *(b'messages="\\073"', b"messages=a:b:c; a=b=c", b"sessionid=; sessionid=a", b"\0"),
    *(
        b"sessionid=" + b"a" * 9000,
        b'sessionid="\\355\\240\\200aaaaaaaaa"',
        b'a="\\000"',
    ),
)
headers = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(_HEADERS), st.sampled_from(_HEADER_VALUES)),
        st.tuples(st.just("Cookie"), st.sampled_from(_COOKIES)),
    ),
    max_size=3,
)


_SEGMENTS = (
    *(b"00000000-0000-0000-0000-000000000000", b"-1", b"0", b"9" * 19, b"9" * 5000),
    *(b"..", b".", b"", b"\0", b"\xff", "é".encode(), "٣".encode(), b"%2e%2e", b"%zz"),
    *(b"\r\nX: y", b"a" * 3000, b"_5F", b"_00", b"None", b"1.0", b"1e3", b"{}", MARK),
)


def misguide(draw: st.DrawFn, path: bytes, others: Sequence[bytes]) -> bytes:
    """The path with one part that is not what it should be."""
    parts = path.split(b"/")
    at = draw(st.integers(1, len(parts) - 1))
    wrong = pick(draw, _SEGMENTS)
    if draw(st.booleans()):
        wrong = pick(draw, pick(draw, others).split(b"/"))
    return b"/".join([*parts[:at], wrong, *parts[at + 1 :]])
