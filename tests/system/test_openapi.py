"""The description of the API: well-kept programs that are not ours judge it, make a client of it, and use that."""

import asyncio
import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import running
from support.server import ROOT, binary
from support.waiting import within

CLIENTS = ROOT / "tests/clients"
# Where the build has installed what tests/clients/package.json names.
PACKAGES = Path(binary()).resolve().parent / "tests/clients/node_modules"

DESCRIPTION = "/api/v1/openapi.json"


@pytest.fixture(scope="module")
async def server(event_loop):
    async with running() as server:
        yield server


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """A directory with the clients' sources in it, and their packages within reach."""
    directory = tmp_path_factory.mktemp("clients")
    for source in CLIENTS.iterdir():
        if source.suffix in {".ts", ".mjs", ".json"}:
            shutil.copy(source, directory)
    assert PACKAGES.is_dir(), f"{PACKAGES} is not there: build the target test_clients"
    (directory / "node_modules").symlink_to(PACKAGES)
    return directory


async def run(directory, *command):
    """What a program of Node.js prints; it has to end well."""
    process = await asyncio.create_subprocess_exec(
        "node",
        *map(str, command),
        cwd=directory,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        printed, _ = await within(process.communicate(), f"the end of {command[0]}", 120)
    finally:
        if process.returncode is None:
            process.kill()
    text = printed.decode(errors="replace")
    assert process.returncode == 0, f"{command[0]} ended with {process.returncode}:\n{text}"
    return text


@pytest.fixture(scope="module")
async def description(server, workshop):
    """The description as a file."""
    answer = await server.get(DESCRIPTION)
    assert answer.status == 200 and answer.content_type == "application/json"
    file = workshop / "openapi.json"
    file.write_text(await answer.text(), encoding="utf-8")
    return file


async def test_it_is_a_valid_description(workshop, description):
    assert "valid OpenAPI 3.1" in await run(workshop, "validate.mjs", description)


async def test_a_stock_client_made_of_it_can_do_everything(server, workshop, description):
    await run(workshop, "generate.mjs", description, workshop / "client")
    await run(workshop, "node_modules/typescript/bin/tsc", "--project", ".")
    story = await run(workshop, "built/story.js", server.url, description)
    operations = sum(len(methods) for methods in json.loads(description.read_bytes())["paths"].values())
    assert f"{operations} operations" in story


async def test_it_is_not_fetched_twice(server):
    first = await server.get(DESCRIPTION)
    again = await server.get(DESCRIPTION, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304 and await again.text() == ""
    assert again.headers["ETag"] == first.headers["ETag"]


# --- the page that shows it ---


async def test_the_page_loads_nothing_from_elsewhere(server):
    page = await server.get("/docs")
    html = await page.text()
    assert page.status == 200 and page.content_type == "text/html"
    assert "//" not in html.replace("<!--", ""), "an address outside"
    policy = dict(part.strip().split(" ", 1) for part in page.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'" and policy["script-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in str(policy)

    references = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert len(references) >= 5
    for reference in references:
        answer = await server.get("/" + reference)
        assert answer.status == 200, reference
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        # What a style sheet refers to is within it.
        if answer.content_type == "text/css":
            urls = re.findall(r"url\(([^)]*)\)", await answer.text())
            assert all(url.strip("\"'").startswith("data:") for url in urls), urls


async def test_the_page_has_no_script_or_style_within(server):
    html = await (await server.get("/docs")).text()
    assert not re.search(r"<script>|<style|\sstyle=|\son\w+=", html)


async def test_browsers_get_it_compressed_and_once(server):
    path = "/docs/swagger-ui-bundle.js"
    plain = await server.get(path, headers={"Accept-Encoding": "identity"})
    packed = await server.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert int(packed.headers["Content-Length"]) * 3 < int(plain.headers["Content-Length"])
    assert await packed.text() == await plain.text()
    assert packed.headers["ETag"] != plain.headers["ETag"]
    held = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    assert (await server.get(path, headers=held)).status == 304
    async with server.http.head(server.url + path) as head:
        assert head.status == 200 and head.headers["Content-Length"] == packed.headers["Content-Length"]


async def test_what_an_answer_depends_on_adds_up(launch):
    """Kept by a proxy, the answer to one page must not be given to another, nor to who takes no gzip."""
    server = await launch({"BACKEND_CORS_ORIGINS": '["https://app.example"]'})
    headers = {"Origin": "https://app.example", "Accept-Encoding": "gzip"}
    answer = await server.get("/docs/style.css", headers=headers)
    assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert {"Origin", "Accept-Encoding"} <= set(", ".join(answer.headers.getall("Vary")).split(", "))
