#!/usr/bin/python3
"""The layer check can fail, and says where. Small trees, made for the purpose."""

import tempfile
import unittest
from pathlib import Path

from layers import check


def header(namespace, *includes):
    lines = ["// A thing."] + ["#pragma once"] + [f'#include "{name}"' for name in includes]
    return "\n".join([*lines, f"namespace {namespace} {{", "}", ""])


GOOD = {
    "base/clock.h": header("repartee"),
    "net/server.h": header("repartee::net", "base/clock.h"),
    "net/server.cpp": '#include "net/server.h"\nnamespace repartee::net {\n}\n',
    "engines/model.h": header("repartee::engines", "base/clock.h"),
    "engines/flite/flite.h": header("repartee::engines::flite", "engines/model.h"),
    "engines/rules/rules.h": header("repartee::engines::rules", "engines/model.h"),
    "conversation/turn.h": header("repartee::conversation", "engines/model.h"),
    "conversation/CMakeLists.txt": "room(conversation LINKS engines base TEST_LINKS engine_rules)\n",
    "app/main.cpp": '#include "conversation/turn.h"\nint main() {}\n',
}


class Layers(unittest.TestCase):
    def faults(self, files=None):
        """What check says about the good tree with these files in it."""
        tree = {**GOOD, **(files or {})}
        with tempfile.TemporaryDirectory() as folder:
            for name, text in tree.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return [str(fault) for fault in check(folder)]

    def assert_one_fault(self, files, *fragments):
        faults = self.faults(files=files)
        self.assertEqual(len(faults), 1, faults)
        for fragment in fragments:
            self.assertIn(fragment, faults[0])

    def test_a_good_tree_has_no_faults(self):
        self.assertEqual(self.faults(), [])

    def test_an_include_against_the_arrows_is_named_with_its_line(self):
        self.assert_one_fault(
            {"conversation/turn.cpp": '\n#include "net/server.h"\nnamespace repartee::conversation {\n}\n'},
            "src/conversation/turn.cpp:2: includes net/server.h, which conversation may not know",
            "allowed: conversation, hearing",
        )

    def test_an_implementation_is_nobody_elses(self):
        for name, namespace in [
            ("engines/catalogue.h", "repartee::engines"),
            ("engines/rules/rules.h", "repartee::engines::rules"),
            ("app/wiring.h", "repartee::app"),
        ]:
            with self.subTest(name):
                self.assert_one_fault({name: header(namespace, "engines/flite/flite.h")}, "engines/flite/flite.h")

    def test_a_unit_test_may_use_any_contract_and_the_implementations_it_links(self):
        test = '#include "{}"\nTEST(Rules, Answer) {{}}\n'
        good = {"engines/rules/rules_test.cpp": test.format("conversation/turn.h")}
        self.assertEqual(self.faults(files=good), [])
        bold = {"engines/rules/rules_test.cpp": test.format("engines/flite/flite.h")}
        self.assert_one_fault(bold, "engines/flite/flite.h")
        bold["engines/rules/CMakeLists.txt"] = "room(engine_rules LINKS engines TEST_LINKS engine_flite)\n"
        self.assertEqual(self.faults(files=bold), [])

    def test_base_knows_nobody(self):
        self.assert_one_fault({"base/clock.h": header("repartee", "net/server.h")}, "allowed: base.")

    def test_an_include_that_leads_nowhere(self):
        self.assert_one_fault({"net/server.cpp": '#include "server.h"\nnamespace repartee::net {\n}\n'}, "not there")

    def test_a_folder_nobody_decided_about(self):
        self.assert_one_fault({"telepathy/mind.h": header("repartee::telepathy")}, "src/telepathy", "no arrows yet")

    def test_a_drawer(self):
        self.assert_one_fault({"util/strings.h": header("repartee::util")}, "drawer")
        self.assert_one_fault({"net/common/strings.h": header("repartee::net::common")}, "drawer")

    def test_a_folder_without_code_is_nobodys_business(self):
        self.assertEqual(self.faults(files={"engines/rules/migrations/001_words.sql": "SELECT 1;\n"}), [])

    def test_code_beside_the_folders(self):
        self.assert_one_fault({"version.h": header("repartee")}, "src/version.h")

    def test_a_foreign_namespace(self):
        self.assert_one_fault({"net/server.h": header("repartee::conversation")}, "src/net/server.h:3", "repartee::net")

    def test_a_namespace_within_the_folders_own_is_fine(self):
        self.assertEqual(self.faults(files={"net/detail.h": header("repartee::net::detail")}), [])

    def test_no_namespace_at_all(self):
        self.assert_one_fault({"net/server.cpp": "int i;\n"}, "does not open")

    def test_a_header_without_pragma_once_or_with_two(self):
        self.assert_one_fault({"base/clock.h": "// A clock.\nnamespace repartee {\n}\n"}, "0 times")
        self.assert_one_fault(
            {"base/clock.h": "// A clock.\n#pragma once\n#pragma once\nnamespace repartee {\n}\n"},
            "clock.h:3",
            "2 times",
        )

    def test_a_header_without_a_word(self):
        self.assert_one_fault({"base/clock.h": "#pragma once\nnamespace repartee {\n}\n"}, "starts with a comment")

    def test_a_target_that_links_against_the_arrows(self):
        self.assert_one_fault(
            {"conversation/CMakeLists.txt": "\nroom(conversation LINKS base net)\n"},
            "src/conversation/CMakeLists.txt:2: links net",
        )
        self.assert_one_fault(
            {"conversation/CMakeLists.txt": "room(conversation LINKS base engine_flite)\n"}, "links engine_flite"
        )


if __name__ == "__main__":
    unittest.main()
