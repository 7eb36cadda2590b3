"""The robot as the server shows it: /ready, the banner, `repartee doctor`; and what becomes of it at the end.
Its actions are in test_misty.py."""

import signal
import subprocess

import pytest
from conftest import SCRIPTED
from support.robot import Answer, Trouble
from support.server import binary, environment


async def robot_of(server):
    """What /ready says about the robot, and that it says it is ready."""
    response = await server.get("/ready")
    assert response.status == 200
    return (await response.json())["robot"]


async def test_without_a_robot_it_says_how_to_have_one(scripted):
    shown = await robot_of(scripted)
    assert shown["configured"] is False
    assert shown["reachable"] is False
    assert "MISTY_URL" in shown["detail"]


async def test_a_robot_that_is_there_is_shown(launch, robot):
    server = await launch({"MISTY_URL": robot.url})
    await server.event("robot reachable")
    assert await robot_of(server) == {
        "configured": True,
        "reachable": True,
        "name": f"Misty at {robot.url}",
        "detail": "",
    }
    assert {command.name for command in robot.commands} == {"device"}, "it is asked, and not told to do anything"


async def test_the_settings_file_names_a_robot_too(launch, robot):
    server = await launch(files={"repartee.toml": f'[devices.misty]\nurl = "{robot.url}/"\n'})
    await server.event("robot reachable")
    assert (await robot_of(server))["name"] == f"Misty at {robot.url}"


async def test_a_robot_that_is_switched_off_is_nothing_to_worry_about(launch, robot):
    await robot.go_away()
    server = await launch({"MISTY_URL": robot.url})
    await server.event("robot not reachable")
    shown = await robot_of(server)
    assert shown["configured"] is True
    assert shown["reachable"] is False
    assert robot.url in shown["detail"]
    assert "MISTY_URL" in shown["detail"]
    await robot.come_back()


async def test_a_robot_that_says_nothing_holds_nothing_up(launch, robot):
    robot.answer = Answer(trouble=Trouble.HANGS)
    server = await launch({"MISTY_URL": robot.url})  # and ready
    await robot.next_command("device")
    shown = await robot_of(server)
    assert shown["reachable"] is False
    assert shown["detail"]
    await server.event("robot not reachable")


@pytest.mark.parametrize(
    "trouble, words",
    [(Trouble.UPDATING, "updating"), (Trouble.STRANGER, "not a Misty robot"), (Trouble.DROPS, "broke off")],
    ids=["updating", "stranger", "drops"],
)
async def test_what_is_wrong_with_it_is_told(launch, robot, trouble, words):
    robot.answer = Answer(trouble=trouble)
    server = await launch({"MISTY_URL": robot.url})
    await server.event("robot not reachable")
    assert words in (await robot_of(server))["detail"]


async def test_an_address_that_is_none(launch):
    server = await launch({"MISTY_URL": "http://robot:of:mine"})
    await server.event("robot not reachable")
    assert "MISTY_URL" in (await robot_of(server))["detail"]


async def test_the_banner_has_a_line_for_a_robot_that_is_configured(launch, robot):
    server = await launch({"MISTY_URL": robot.url})
    await server.printed("Try it")
    lines = [line for line in server.output.splitlines() if "Misty" in line]
    assert len(lines) == 1
    assert robot.url in lines[0]


async def test_the_banner_has_none_otherwise(launch):
    server = await launch()
    await server.printed("Try it")
    assert "robot" not in server.output.lower()


# --- the end ---


@pytest.mark.parametrize("hangs", [False, True], ids=["halted", "not answering any more"])
async def test_a_robot_that_dances_is_halted_when_the_server_ends(launch, robot, hangs):
    server = await launch({"MISTY_URL": robot.url})
    assert (await server.post("/action", json={"action": "dance"})).status == 200
    await robot.next_command("drive/time")
    if hangs:
        robot.answers["halt"] = Answer(trouble=Trouble.HANGS)
    server.process.send_signal(signal.SIGTERM)
    assert await server.exit_code() == 0
    assert robot.orders[-1].name == "halt"


async def test_a_robot_that_does_nothing_is_left_alone_when_the_server_ends(launch, robot):
    server = await launch({"MISTY_URL": robot.url})
    assert (await server.post("/action", json={"action": "led_color"})).status == 200
    await server.stop()
    assert [order.name for order in robot.orders] == ["led"]


# --- doctor ---


def examined(directory, **settings):
    return subprocess.run(
        [binary(), "doctor"],
        env=environment(directory, **{**SCRIPTED, "REPARTEE_DATA_DIR": directory / "data", **settings}),
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def examine(event_loop, tmp_path):
    """`await examine(...)`: the doctor, while the simulated robot goes on answering."""

    async def run(**settings):
        return await event_loop.run_in_executor(None, lambda: examined(tmp_path, **settings))

    return run


def line_about_the_robot(result):
    return next(line for line in result.stdout.splitlines() if "robot" in line)


async def test_the_doctor_knows_that_there_is_no_robot(examine):
    result = await examine()
    assert result.returncode == 0, result.stdout
    assert "off" in line_about_the_robot(result)
    assert "MISTY_URL" in line_about_the_robot(result)


async def test_the_doctor_finds_the_robot_well(examine, robot):
    result = await examine(MISTY_URL=robot.url)
    assert result.returncode == 0, result.stdout
    assert line_about_the_robot(result).split()[:2] == ["ok", "robot"]
    assert robot.url in line_about_the_robot(result)


async def test_the_doctor_finds_the_robot_gone_and_says_what_to_do(examine, robot):
    await robot.go_away()
    result = await examine(MISTY_URL=robot.url)
    assert result.returncode == 1
    assert line_about_the_robot(result).split()[:2] == ["FAIL", "robot"]
    assert "Is the robot on" in result.stdout
    await robot.come_back()


async def test_times_that_make_no_sense_are_refused(examine, tmp_path):
    (tmp_path / "repartee.toml").write_text("[devices.misty]\nconnect_timeout = 5\ncommand_timeout = \"2h\"\n")
    result = await examine()
    assert result.returncode == 2
    assert "connect_timeout" in result.stderr
    assert "command_timeout" in result.stderr
