"""What lies in deploy/ is taken by those it is for: HAProxy, systemd and Compose look at it themselves, and for Kubernetes its
own types do (npm's kubernetes-models, made from its API's description), by which a misspelt member is a mistake.

    REPARTEE_BINARY=... NODE=node NODE_MODULES=build/dev/tests/deploy/node_modules /usr/bin/python3 -m pytest tests/deploy
"""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.dont_write_bytecode = True

from support.server import ROOT, binary, environment  # noqa: E402
from support.waiting import PATIENCE  # noqa: E402

DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
UNIT = DEPLOY / "systemd/repartee.service"

# The most that `systemd-analyze security` may object to, in tenths of its points; 100 is everything.
MOST_EXPOSURE = 20


def run(*command, **more):
    more = {"capture_output": True, "text": True, "timeout": 4 * PATIENCE, **more}
    return subprocess.run([str(word) for word in command], **more)


def must(*command, **more):
    done = run(*command, **more)
    assert done.returncode == 0, f"{command[0]}: {done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def test_haproxy_takes_its_settings():
    must("haproxy", "-c", "-f", DEPLOY / "haproxy/haproxy.cfg")


# --- systemd ---


def test_systemd_finds_no_fault_with_the_units(tmp_path):
    """The program is not installed where they say, so another stands in for it."""
    units = []
    for unit in sorted((DEPLOY / "systemd").iterdir()):
        if unit.suffix in (".service", ".socket"):
            copy = tmp_path / unit.name
            copy.write_text(unit.read_text().replace("/usr/bin/repartee", "/bin/true"))
            units.append(copy)
    assert tmp_path / UNIT.name in units
    said = must("systemd-analyze", "verify", *units)
    assert not said.strip(), said


def test_the_service_is_confined():
    must("systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSURE}", UNIT)


def test_the_packages_settings_file_is_a_good_one_as_it_is(tmp_path):
    """The package installs what `check --example` prints; nothing is made by an example."""
    file = tmp_path / "repartee.toml"
    plain = environment(tmp_path, REPARTEE_DATA_DIR=str(tmp_path))
    file.write_text(run(binary(), "check", "--example", cwd=tmp_path, env=plain).stdout)
    tables = tomllib.loads(file.read_text())
    assert "server" in tables and "agents" in tables
    assert not any(table for table in tables["agents"].values()) and "mcp" not in tables
    must(binary(), "check", cwd=tmp_path, env={**plain, "REPARTEE_CONFIG": str(file)})


# --- Compose and the image ---


def test_compose_takes_its_file(tmp_path):
    """Debian's docker-compose is from before `name:`."""
    compose = yaml.safe_load((DEPLOY / "container/compose.yaml").read_text())
    assert compose.pop("name") == "repartee"
    (tmp_path / "compose.yaml").write_text(yaml.safe_dump(compose))
    question = ("docker-compose", "-f", tmp_path / "compose.yaml", "config")
    secrets = {"SECRET_KEY": "one", "POSTGRES_PASSWORD": "two"}
    plain = {name: value for name, value in os.environ.items() if name not in secrets}
    must(*question, "--quiet", env={**plain, **secrets})
    # Without secrets it says how they are made, and does nothing.
    assert "openssl rand" in run(*question, env=plain).stderr


def test_the_compose_file_leaves_replies_the_time_to_end():
    compose = yaml.safe_load((DEPLOY / "container/compose.yaml").read_text())
    assert seconds(compose["services"]["repartee"]["stop_grace_period"]) > seconds(default_of("drain_time"))


def default_of(key):
    """Of a setting of the server, as the documentation has it."""
    line = re.search(rf'^\| `{key}` \| duration \| `"([^"]+)"`', (ROOT / "docs/configuration.md").read_text(), re.M)
    return line[1]


def seconds(duration):
    number, unit = re.fullmatch(r"([\d.]+)(ms|s|min|h)", duration).groups()
    return float(number) * {"ms": 0.001, "s": 1, "min": 60, "h": 3600}[unit]


# --- Kubernetes ---


@pytest.fixture(scope="module")
def kustomization():
    return yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())


@pytest.fixture(scope="module")
def manifests(kustomization):
    return [
        manifest
        for name in kustomization["resources"]
        for manifest in yaml.safe_load_all((KUBERNETES / name).read_text())
    ]


@pytest.fixture(scope="module")
def deployment(manifests):
    [found] = [manifest for manifest in manifests if manifest["kind"] == "Deployment"]
    return found


@pytest.fixture(scope="module")
def pod(deployment):
    return deployment["spec"]["template"]["spec"]


@pytest.fixture(scope="module")
def settings():
    return tomllib.loads((KUBERNETES / "repartee.toml").read_text())


def test_kubernetes_knows_every_word_of_the_manifests(manifests, tmp_path):
    packages = os.environ.get("NODE_MODULES")
    assert packages, "NODE_MODULES says where `npm ci` has put the packages of tests/deploy"
    (tmp_path / "node_modules").symlink_to(Path(packages).resolve())
    (tmp_path / "package.json").write_text('{"type": "module"}')
    lines = []
    for number, manifest in enumerate(manifests):
        module = f"kubernetes-models/{manifest['apiVersion']}"
        what = f"import({json.dumps(module)}).I{manifest['kind']}"
        lines.append(f"export const manifest{number}: {what} = {json.dumps(manifest, indent=1)};")
    options = ("--noEmit", "--strict", "--skipLibCheck", "--target", "ES2022", "--module", "ESNext")
    more = ("--moduleResolution", "bundler", "--preserveSymlinks")
    compiler = (os.environ.get("NODE", "node"), Path(packages) / "typescript/bin/tsc", *options, *more)

    source = tmp_path / "manifests.ts"
    source.write_text("\n".join(lines))
    must(*compiler, source, cwd=tmp_path)

    # That they are looked at so closely is worth a look, too.
    source.write_text("\n".join(lines).replace('"terminationGracePeriodSeconds"', '"terminationGracePeriod"'))
    assert "terminationGracePeriod" in run(*compiler, source, cwd=tmp_path).stdout


def test_every_file_of_kubernetes_is_used(kustomization):
    generated = [name for one in kustomization["configMapGenerator"] for name in one["files"]]
    used = {"kustomization.yaml", *kustomization["resources"], *generated}
    assert {path.name for path in KUBERNETES.iterdir()} == used


def test_the_parts_of_kubernetes_mean_each_other(manifests, deployment, pod, kustomization):
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    by_kind = {manifest["kind"]: manifest for manifest in manifests}
    assert len(by_kind) == len(manifests)
    assert by_kind["Namespace"]["metadata"]["name"] == kustomization["namespace"]
    selectors = [
        deployment["spec"]["selector"]["matchLabels"],
        by_kind["Service"]["spec"]["selector"],
        by_kind["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        by_kind["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
        *(one["labelSelector"]["matchLabels"] for one in pod["topologySpreadConstraints"]),
    ]
    for selector in selectors:
        assert selector.items() <= labels.items()
    target = by_kind["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert (target["apiVersion"], target["kind"], target["name"]) == (
        deployment["apiVersion"],
        deployment["kind"],
        deployment["metadata"]["name"],
    )
    # How many there are is for one of them to say.
    assert "replicas" not in deployment["spec"]
    [container] = pod["containers"]
    [scaled] = by_kind["HorizontalPodAutoscaler"]["spec"]["metrics"]
    assert scaled["containerResource"]["container"] == container["name"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    named = [probe["httpGet"]["port"] for name, probe in container.items() if name.endswith("Probe")]
    named += [port["targetPort"] for port in by_kind["Service"]["spec"]["ports"]]
    named += [port["port"] for rule in by_kind["NetworkPolicy"]["spec"]["ingress"] for port in rule["ports"]]
    assert len(named) == 5 and set(named) <= set(ports)
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    assert container["image"] in [image["name"] for image in kustomization["images"]]
    [map_] = kustomization["configMapGenerator"]
    assert map_["name"] in [volume.get("configMap", {}).get("name") for volume in pod["volumes"]]


def test_the_pods_keep_to_the_strictest_profile(manifests, pod):
    """`restricted`, as the pod security standards have it, and a file system that nobody can write to."""
    [namespace] = [manifest for manifest in manifests if manifest["kind"] == "Namespace"]
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
    [container] = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    # The user of the image, by number: a name cannot be told from root's.
    image = (DEPLOY / "container/Containerfile").read_text()
    assert f"USER {pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}" in image


def test_the_pods_have_the_time_that_leaving_takes(pod, settings):
    times = settings["server"]
    leaving = sum(seconds(times[name]) for name in ("notice_time", "calls_time", "drain_time"))
    assert pod["terminationGracePeriodSeconds"] >= leaving + 10
    # Longer than it takes to be noticed, and a little for the news to go round.
    [container] = pod["containers"]
    readiness = container["readinessProbe"]
    assert seconds(times["notice_time"]) >= readiness["periodSeconds"] * readiness["failureThreshold"] + 5


def test_the_settings_of_the_pods_are_good_ones(pod, tmp_path):
    [container] = pod["containers"]
    given = {one["name"]: one["value"] for one in container["env"]}
    secrets = {
        "SECRET_KEY": "long enough to be one, and nobody else's",
        "DATABASE_URL": "postgresql://repartee:secret@postgres/repartee",
        "REDIS_URL": "redis://redis:6379/0",
    }
    given |= {"REPARTEE_CONFIG": str(KUBERNETES / "repartee.toml"), "REPARTEE_DATA_DIR": str(tmp_path)}
    said = must(binary(), "check", cwd=tmp_path, env=environment(tmp_path, **given, **secrets))
    assert "10min" in said or "600" in said, said
