#!/usr/bin/python3
"""Does the tree in src/ keep to the arrows of ARCHITECTURE.md?

Reads every `#include "..."`, every `namespace repartee...`, the first lines of every header and
the LINKS of every CMakeLists.txt. Prints each fault as file:line and exits with 1 if there is one.

    layers.py [SRC]        SRC: the folder to read; default: src/ of this checkout
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

# Everyone but the implementations: those come through the generated lists. For the wiring alone.
_EVERYONE = ["accounts", "agents", "audio", "base", "capacity", "config", "conversation", "devices", "downloads", "engines", "hearing",
             "jobs", "mcp", "mcp/client", "memory", "models", "net", "processes", "skills", "stores", "surfaces",
             "vocabulary"]  # fmt: skip

# What each folder may include besides itself. In a plural folder the headers on top are the contract
# (`engines`) and the folders below are implementations (`engines/*`): an implementation knows its
# contract, nobody knows an implementation. A new folder gets its line here when it is made.
ARROWS = {
    "base": [],
    "audio": ["base"],
    "vocabulary": ["base"],
    "net": ["base"],
    # What client and server of the Model Context Protocol share; its client makes skills of others' tools.
    "mcp": ["base"],
    "mcp/client": ["mcp", "skills", "net", "processes", "base", "vocabulary"],
    "config": ["base"],
    # The catalogues lend each skill, engine and device the HTTP client; that is why contracts know `net` here.
    "skills": ["devices", "net", "base", "vocabulary"],
    "skills/*": ["skills", "devices", "net", "base", "vocabulary"],
    "engines": ["base", "audio", "vocabulary", "net"],
    "engines/*": ["engines", "base", "audio", "vocabulary", "net", "wyoming", "processes"],
    # The engines that live in workers of ours are Wyoming's clients.
    "engines/espeak": ["engines", "engines/wyoming", "base", "audio", "vocabulary", "wyoming", "processes"],
    "models": ["base"],
    "downloads": ["models", "net", "base"],
    # Loudness stands before the network.
    "engines/silero": ["engines", "engines/energy", "models", "base", "audio", "vocabulary", "wyoming", "processes"],
    "engines/whisper": ["engines", "engines/wyoming", "models", "base", "audio", "vocabulary", "wyoming", "processes"],
    # llama.cpp's server speaks OpenAI's language.
    "engines/llama": ["engines", "engines/openai", "models", "processes", "net", "base", "vocabulary"],
    "wyoming": ["audio", "base"],
    "processes": ["wyoming", "base"],
    "capacity": ["processes", "base"],
    # Programs of their own, around one native engine each: nothing of the server but its language.
    "workers": ["processes", "wyoming", "base"],
    "workers/*": ["workers", "processes", "wyoming", "audio", "vocabulary", "base"],
    "workers/whisper": ["workers", "models", "processes", "wyoming", "audio", "vocabulary", "base"],
    "devices": ["audio", "base", "net"],
    "devices/*": ["devices", "audio", "base", "net"],
    "hearing": ["engines", "audio", "vocabulary", "base"],
    "conversation": ["hearing", "engines", "skills", "audio", "vocabulary", "base"],
    "stores": ["base", "vocabulary"],
    "stores/*": ["stores", "base", "vocabulary"],
    # Asked over HTTP.
    "stores/milvus": ["stores", "net", "base", "vocabulary"],
    "accounts": ["stores", "base", "vocabulary"],
    "memory": ["conversation", "stores", "engines", "skills", "base", "vocabulary"],
    "agents": ["conversation", "engines", "vocabulary", "base"],
    "jobs": ["conversation", "stores", "hearing", "engines", "skills", "audio", "vocabulary", "base"],
    "surfaces": ["accounts", "capacity", "memory", "stores", "conversation", "hearing", "agents", "jobs", "engines", "skills",
                 "devices", "net", "audio", "vocabulary", "base"],
    "surfaces/*": ["surfaces", "accounts", "capacity", "memory", "stores", "conversation", "hearing", "agents", "jobs", "engines",
                   "skills", "devices", "net", "audio", "vocabulary", "base"],
    # The protocol of tools, as a server.
    "surfaces/mcp": ["surfaces", "accounts", "capacity", "memory", "stores", "conversation", "agents", "engines", "skills", "mcp",
                     "devices", "net", "audio", "vocabulary", "base"],
    # A client of the server that shares nothing with it but the ground.
    "bench": ["audio", "base"],
    "app": _EVERYONE,
    "app/*": ["app", "bench", *_EVERYONE],
}

# Folders whose names live in `repartee` itself, because everyone uses them all the time.
NAMED_REPARTEE = {"base", "vocabulary"}

# Drawers: a sign that a name has not been found yet.
DRAWERS = {"util", "utils", "common", "helpers", "misc", "shared"}

SOURCES = {".h", ".cpp"}

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
NAMESPACE = re.compile(r"^\s*(?:inline\s+)?namespace\s+(repartee(?:::\w+)*)\s*\{")
ROOM = re.compile(r"\broom\(\s*(\w+)([^)]*)\)")


@dataclass(frozen=True)
class Fault:
    place: str  # "src/net/server.h:12"
    words: str

    def __str__(self):
        return f"{self.place}: {self.words}"


def folder_of(path):
    """'engines/flite' for engines/flite/flite.h, 'engines' for engines/model.h; '' on top."""
    return "/".join(path.parts[:-1])


def rule_of(folder):
    """The key of ARROWS that speaks for a folder."""
    return folder if "/" not in folder or folder in ARROWS else folder.split("/")[0] + "/*"


def namespace_of(folder):
    if folder in NAMED_REPARTEE:
        return "repartee"
    return "repartee::" + folder.replace("/", "::")


def faults_in_folder(folder):
    for part in folder.split("/"):
        if part in DRAWERS:
            return [f"'{part}' is a drawer, not a name: put shared code next to its users."]
    if folder.count("/") > 1:
        return ["a folder below an implementation: the tree has two levels."]
    if rule_of(folder) not in ARROWS:
        return [f"'{folder}' has no arrows yet: decide what it may know, in ARROWS of tests/layers/layers.py."]
    return []


def allowed_includes(source, path, folder, folders):
    """A test may put around its subject what the program puts there: any contract, and the
    implementations that its CMakeLists.txt owns up to in TEST_LINKS."""
    if not path.name.endswith("_test.cpp"):
        return ARROWS[rule_of(folder)]
    contracts = [name for name in ARROWS if "*" not in name and name != folder]
    lists = source / folder / "CMakeLists.txt"
    rooms = ROOM.findall(lists.read_text(encoding="utf-8")) if lists.is_file() else []
    linked = [name for _, words in rooms for name in words.partition("TEST_LINKS")[2].split()]
    return contracts + [other for name in linked if (other := folder_of_target(name, folders)) and "/" in other]


def faults_in_includes(source, path, folder, folders, lines):
    allowed = allowed_includes(source, path, folder, folders)
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        included = match.group(1)
        if not (source / included).is_file():
            yield number, f'includes "{included}", which is not there (paths count from src/).'
            continue
        other = folder_of(Path(included))
        if other != folder and other not in allowed:
            yield number, (
                f"includes {included}, which {folder} may not know; "
                f"allowed: {', '.join([folder, *allowed])}."
            )


def faults_in_namespaces(path, folder, lines):
    expected = namespace_of(folder)
    opened = [(n, m.group(1)) for n, line in enumerate(lines, 1) if (m := NAMESPACE.match(line))]
    for number, name in opened:
        if name != expected and not name.startswith(expected + "::"):
            yield number, f"opens namespace {name}; the folder's is {expected}."
    # A program's main function and a test may do without.
    if not opened and path.name != "main.cpp" and not path.name.endswith("_test.cpp"):
        yield 1, f"does not open the folder's namespace, {expected}."


def faults_in_header(lines):
    pragmas = [number for number, line in enumerate(lines, 1) if line.strip() == "#pragma once"]
    if len(pragmas) != 1:
        yield (pragmas[1] if pragmas else 1), f"has {len(pragmas)} times '#pragma once', wants it once."
    words = [line.strip() for line in lines if line.strip() and line.strip() != "#pragma once"]
    if not words or not words[0].startswith(("//", "/*")):
        yield 1, "a header starts with a comment: what it is, who uses it, its thread and lifetime."


def folder_of_target(name, folders):
    """The folder whose CMake target has this name: engine_flite is engines/flite."""
    for folder in folders:
        if name == folder.replace("s/", "_", 1):
            return folder
    return None


def faults_in_links(folder, text, folders):
    for room in ROOM.finditer(text):
        links = room.group(2).split("TEST_LINKS")[0].split()
        for name in links:
            other = folder_of_target(name, folders)
            allowed = ARROWS[rule_of(folder)]
            if other and other != folder and other not in allowed:
                yield text[: room.start()].count("\n") + 1, (
                    f"links {name}, which {folder} may not know; allowed: {', '.join(allowed) or 'nothing'}."
                )


def check(source):
    """Every fault in the tree below `source`, in the order of the files."""
    source = Path(source)
    faults = []
    files = sorted(path.relative_to(source) for path in source.rglob("*") if path.is_file())
    # What is no code needs no arrows: the numbered migrations of a database, say.
    code = [path for path in files if path.suffix in SOURCES or path.name == "CMakeLists.txt"]
    folders = sorted({folder_of(path) for path in code} - {""})

    unruly = set()
    for folder in folders:
        for words in faults_in_folder(folder):
            unruly.add(folder)
            faults.append(Fault(f"src/{folder}", words))

    for path in files:
        folder = folder_of(path)
        if folder in unruly:
            continue
        if path.suffix in SOURCES and not folder:
            faults.append(Fault(f"src/{path}", "lies beside the folders: code belongs into one of them."))
            continue
        found = []
        if path.suffix in SOURCES:
            lines = (source / path).read_text(encoding="utf-8").splitlines()
            found += faults_in_includes(source, path, folder, folders, lines)
            found += faults_in_namespaces(path, folder, lines)
            if path.suffix == ".h":
                found += faults_in_header(lines)
        elif path.name == "CMakeLists.txt" and folder:
            found += faults_in_links(folder, (source / path).read_text(encoding="utf-8"), folders)
        faults += [Fault(f"src/{path}:{number}", words) for number, words in sorted(found)]
    return faults


def main(arguments):
    source = Path(arguments[0]) if arguments else Path(__file__).resolve().parents[2] / "src"
    faults = check(source)
    for fault in faults:
        print(fault)
    if faults:
        print(f"\n{len(faults)} fault(s). The arrows and their reasons are in ARCHITECTURE.md.")
        return 1
    print(f"The tree in {source.name}/ keeps to its arrows.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
