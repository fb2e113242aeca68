"""The official OCFL fixtures of 1.0 and 1.1, made anew from what their names say.

A fixture is a function that writes one object; the codes it must call forth lead its name.
"""

import hashlib
import json
import shutil

ALGORITHMS = {"sha512": hashlib.sha512, "sha256": hashlib.sha256}
USER = {"name": "A. Person", "address": "mailto:a.person@example.org"}


class Made:
    """An OCFL object in the making: changed as an inventory, then written with true sidecars."""

    def __init__(self, path, spec, states, algorithm="sha512", names=None, content="content"):
        self.path, self.spec, self.algorithm, self.content = path, spec, algorithm, content
        self.names = names or [f"v{n}" for n in range(1, len(states) + 1)]
        self.inventories = {}
        path.mkdir(parents=True)
        self.put(f"0=ocfl_object_{spec}", f"ocfl_object_{spec}\n".encode())
        manifest, versions, known = {}, {}, {}
        for name, state in zip(self.names, states, strict=True):
            block = {}
            for logical, data in state.items():
                digest = self.digest(data)
                if digest not in known:
                    known[digest] = f"{name}/{content}/{logical}"
                    self.put(known[digest], data)
                    manifest.setdefault(digest, []).append(known[digest])
                block.setdefault(digest, []).append(logical)
            versions[name] = {
                "created": f"2024-01-0{len(versions) % 9 + 1}T01:02:03Z",
                "state": block,
                "message": f"version {name}",
                "user": dict(USER),
            }
            self.inventories[name] = {
                "id": "urn:example:made",
                "type": f"https://ocfl.io/{spec}/spec/#inventory",
                "digestAlgorithm": algorithm,
                "head": name,
                **({"contentDirectory": content} if content != "content" else {}),
                "manifest": json.loads(json.dumps(manifest)),
                "versions": json.loads(json.dumps(versions)),
            }
        self.root = json.loads(json.dumps(self.inventories[self.names[-1]]))
        self.head = self.names[-1]

    def digest(self, data):
        return ALGORITHMS.get(self.algorithm, hashlib.md5)(data).hexdigest()

    def put(self, name, data=b"extra\n"):
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    def own(self, version):
        """The inventory in a version folder; that of the head is the root's."""
        return self.root if version == self.head else self.inventories[version]

    def write(self):
        for version in self.names:
            if (self.path / version).is_dir() or self.own(version)["versions"].get(version):
                self.inventory(f"{version}/", self.own(version))
        self.inventory("", self.root)

    def inventory(self, folder, document):
        data = json.dumps(document, indent=1).encode()
        self.put(f"{folder}inventory.json", data)
        algorithm = document.get("digestAlgorithm", "sha512")
        value = ALGORITHMS.get(algorithm, hashlib.md5)(data).hexdigest()
        self.put(f"{folder}inventory.json.{algorithm}", f"{value} inventory.json\n".encode())


ONE = {"a_file.txt": b"Hello! I am a file.\n"}
THREE = {"file-1.txt": b"one\n", "file-2.txt": b"two\n", "file-3.txt": b"three\n"}
BAD, WARN, GOOD = {}, {}, {}


def fixture(shelf, *states, specs=("1.0", "1.1"), **how):
    """Enter a fixture: the function changes ``Made`` before or after it is written."""

    def enter(function):
        def make(path, spec):
            made = Made(path, spec, list(states) or [ONE], **how)
            after = function(made)
            made.write()
            if callable(after):
                after()
            return made

        shelf[function.__name__] = (make, specs)
        return function

    return enter


def key(made):
    return next(iter(made.root["manifest"]))


def v1(made):
    return made.root["versions"]["v1"]


def rename_key(block, old, new):
    block[new] = block.pop(old)


# --- bad objects -------------------------------------------------------------------------------


@fixture(BAD)
def E001_extra_dir_in_root(made):
    made.put("extra_dir/x")


@fixture(BAD)
def E001_extra_file_in_root(made):
    made.put("extra_file")


@fixture(BAD)
def E001_invalid_version_format(made):
    def rename():
        (made.path / "v1").rename(made.path / "1")
        text = json.dumps(made.root).replace('"v1', '"1')
        made.inventory("", json.loads(text))
        made.inventory("1/", json.loads(text))

    return rename


@fixture(BAD)
def E001_v2_file_in_root(made):
    made.put("v2")


@fixture(BAD)
def E003_E063_empty(made):
    return lambda: [shutil.rmtree(made.path), made.path.mkdir()]


@fixture(BAD)
def E003_no_decl(made):
    (made.path / f"0=ocfl_object_{made.spec}").unlink()


@fixture(BAD)
def E003_two_declarations(made):
    made.put("0=ocfl_object_1.0", b"ocfl_object_1.0\n")
    made.put("0=ocfl_object_1.1", b"ocfl_object_1.1\n")


@fixture(BAD)
def E004_unknown_declared_version(made):
    (made.path / f"0=ocfl_object_{made.spec}").rename(made.path / "0=ocfl_object_9.9")


@fixture(BAD)
def E005_declaration_not_zero(made):
    (made.path / f"0=ocfl_object_{made.spec}").rename(made.path / f"1=ocfl_object_{made.spec}")


@fixture(BAD)
def E006_declaration_of_something_else(made):
    (made.path / f"0=ocfl_object_{made.spec}").rename(made.path / "0=bagit_1.0")


@fixture(BAD)
def E007_bad_declaration_contents(made):
    made.put(f"0=ocfl_object_{made.spec}", b"This is not the right content!")


@fixture(BAD)
def E008_E036_no_versions_no_head(made):
    del made.root["head"]
    made.root.update(versions={}, manifest={})
    return lambda: shutil.rmtree(made.path / "v1")


@fixture(BAD, ONE, names=["v2"])
def E009_version_two_only(made):
    pass


@fixture(BAD, ONE, ONE, ONE, ONE)
def E010_missing_versions(made):
    return lambda: shutil.rmtree(made.path / "v3")


@fixture(BAD, ONE, ONE, ONE, names=["v1", "v4", "v5"])
def E010_skipped_versions(made):
    pass


@fixture(BAD, *[ONE] * 10, names=[f"v{n:02}" for n in range(1, 11)])
def E011_E013_invalid_padded_head_version(made):
    pass


@fixture(BAD, ONE, ONE, names=["v01", "v002"])
def E012_inconsistent_version_format(made):
    pass


@fixture(BAD)
def E015_content_not_in_content_dir(made):
    made.put("v1/a_file.txt", ONE["a_file.txt"])
    shutil.rmtree(made.path / "v1/content")
    made.root["manifest"][key(made)] = ["v1/a_file.txt"]


@fixture(BAD)
def E017_invalid_content_dir(made):
    made.root["contentDirectory"] = "content/dir"


@fixture(BAD)
def E018_content_dir_is_dots(made):
    made.root["contentDirectory"] = ".."


@fixture(BAD, ONE, THREE)
def E019_inconsistent_content_dir(made):
    (made.path / "v1/content").rename(made.path / "v1/content-dir")
    old = made.inventories["v1"]
    old["contentDirectory"], made.root["contentDirectory"] = "content-dir", "content"
    for document in (old, made.root):
        document["manifest"][key(made)] = ["v1/content-dir/a_file.txt"]


@fixture(BAD)
def E023_extra_file(made):
    made.put("v1/content/file2.txt")


@fixture(BAD, ONE | {"file2.txt": b"2"})
def E023_missing_file(made):
    return (made.path / "v1/content/file2.txt").unlink


@fixture(BAD, THREE, THREE, THREE)
def E023_old_manifest_missing_entries(made):
    digest = made.digest(b"three\n")
    made.put("v2/content/file-4.txt", b"three\n")
    for document in (made.inventories["v2"], made.root):
        document["manifest"][digest] = ["v2/content/file-4.txt"]
    made.root["manifest"][digest] = ["v2/content/file-4.txt", "v1/content/file-3.txt"]


@fixture(BAD)
def E024_empty_dir_in_content(made):
    (made.path / "v1/content/empty").mkdir()


@fixture(BAD, algorithm="md5")
def E025_wrong_digest_algorithm(made):
    pass


@fixture(BAD)
def E033_inventory_bad_json(made):
    return lambda: made.put("inventory.json", b'{"id": ')


@fixture(BAD)
def E036_no_head(made):
    del made.root["head"]


@fixture(BAD)
def E036_no_id(made):
    del made.root["id"]


@fixture(BAD, ONE, THREE)
def E037_inconsistent_id(made):
    made.inventories["v1"]["id"] = "urn:example:other"


@fixture(BAD, ONE, THREE)
def E040_head_not_most_recent(made):
    made.root["head"] = "v1"


@fixture(BAD)
def E040_wrong_head_doesnt_exist(made):
    made.root["head"] = "v2"


@fixture(BAD)
def E040_wrong_head_format(made):
    made.root["head"] = 1


@fixture(BAD, ONE, THREE, ONE)
def E040_wrong_version_in_version_dir(made):
    made.inventories["v2"] = made.root


@fixture(BAD)
def E041_no_manifest(made):
    del made.root["manifest"]


@fixture(BAD)
def E041_manifest_not_object(made):
    made.root["manifest"] = ["v1/content/a_file.txt"]


@fixture(BAD)
def E042_bad_manifest_content_path(made):
    made.root["manifest"][key(made)].append("me/content/a_file.txt")


@fixture(BAD, ONE, THREE)
def E046_missing_version_dir(made):
    return lambda: shutil.rmtree(made.path / "v2")


@fixture(BAD, ONE, THREE)
def E046_root_not_most_recent(made):
    return lambda: made.inventory("", made.inventories["v1"])


@fixture(BAD)
def E049_E050_E054_bad_version_block_values(made):
    v1(made).update(created=1, state=2, message=3, user=4)


@fixture(BAD)
def E049_created_no_timezone(made):
    v1(made)["created"] = "2019-01-01T02:03:04"


@fixture(BAD)
def E049_created_not_to_seconds(made):
    v1(made)["created"] = "2019-01-01T01:02Z"


@fixture(BAD, ONE | {"x": b"x"}, specs=("1.0",))
def E050_file_in_manifest_not_used(made):
    del v1(made)["state"][made.digest(b"x")]


@fixture(BAD)
def E050_manifest_digest_wrong_case(made):
    rename_key(v1(made)["state"], key(made), key(made).upper())


@fixture(BAD, ONE | {"b": b"b"})
def E050_state_digest_different_case(made):
    rename_key(v1(made)["state"], key(made), key(made).upper())


@fixture(BAD)
def E050_state_repeated_digest(made):
    v1(made)["state"][key(made).upper()] = ["again.txt"]


@fixture(BAD)
def E050_state_digest_not_in_manifest(made):
    v1(made)["state"]["0" * 128] = ["again.txt"]


@fixture(BAD, THREE)
def E053_E052_invalid_logical_paths(made):
    names = ["/file-1.txt", "../../file-2.txt", "//file-3.txt"]
    for digest, name in zip(v1(made)["state"], names, strict=True):
        v1(made)["state"][digest] = [name]


@fixture(BAD, specs=("1.0",))
def E056_null_fixity(made):
    made.root["fixity"] = None


@fixture(BAD)
def E058_no_sidecar(made):
    return (made.path / "inventory.json.sha512").unlink


@fixture(BAD)
def E060_E064_root_inventory_digest_mismatch(made):
    def change():
        made.put("inventory.json", (made.path / "inventory.json").read_bytes() + b"\n")

    return change


@fixture(BAD, ONE, THREE)
def E060_version_inventory_digest_mismatch(made):
    def change():
        for version in ("v1", "v2"):
            made.put(f"{version}/inventory.json.sha512", b"0" * 128 + b" inventory.json\n")

    return change


@fixture(BAD)
def E061_invalid_sidecar(made):
    return lambda: made.put("inventory.json.sha512", b"0" * 128 + b"\n")


@fixture(BAD)
def E063_no_inv(made):
    return (made.path / "inventory.json").unlink


@fixture(BAD)
def E064_different_root_and_latest_inventories(made):
    def change():
        v1(made)["message"] = "another"
        made.inventory("", made.root)

    return change


@fixture(BAD, THREE, THREE)
def E066_E092_old_manifest_digest_incorrect(made):
    old = made.inventories["v1"]
    right = made.digest(b"one\n")
    wrong = "1" + right[1:] if right[0] != "1" else "2" + right[1:]
    rename_key(old["manifest"], right, wrong)
    rename_key(old["versions"]["v1"]["state"], right, wrong)


def other_algorithm(made):
    """The root goes over to SHA-256; version 1 keeps its SHA-512."""
    made.root["digestAlgorithm"] = "sha256"
    new = {made.digest(data): hashlib.sha256(data).hexdigest() for data in THREE.values()}
    for block in [made.root["manifest"], *(v["state"] for v in made.root["versions"].values())]:
        for digest in list(block):
            rename_key(block, digest, new[digest])


@fixture(BAD, THREE, THREE)
def E066_algorithm_change_state_mismatch(made):
    other_algorithm(made)
    digest = hashlib.sha256(b"one\n").hexdigest()
    v1(made)["state"][digest] = ["changed"]


@fixture(BAD, THREE, THREE)
def E066_inconsistent_version_state(made):
    state = v1(made)["state"]
    for n, digest in enumerate(state):
        state[digest] = [f"{n}.txt"]


@fixture(BAD, THREE, THREE)
def E066_changed_v1_logical_path(made):
    made.inventories["v1"]["versions"]["v1"]["state"][made.digest(b"one\n")] = ["elsewhere.txt"]


@fixture(BAD, THREE, THREE)
def E066_changed_content_for_logical_path(made):
    state = made.inventories["v1"]["versions"]["v1"]["state"]
    one, two = made.digest(b"one\n"), made.digest(b"two\n")
    state[one], state[two] = state[two], state[one]


@fixture(BAD)
def E067_file_in_extensions_dir(made):
    made.put("extensions/extra_file")
    made.put("extensions/unregistered/x")


@fixture(BAD)
def E092_bad_manifest_digest(made):
    digest = key(made)
    wrong = "abc" + digest[3:] if not digest.startswith("abc") else "def" + digest[3:]
    rename_key(made.root["manifest"], digest, wrong)
    rename_key(v1(made)["state"], digest, wrong)


@fixture(BAD)
def E092_content_file_digest_mismatch(made):
    made.put("v1/content/a_file.txt", b"changed\n")


@fixture(BAD, THREE, THREE)
def E092_algorithm_change_incorrect_digest(made):
    other_algorithm(made)
    old = made.inventories["v1"]
    for block in (old["manifest"], old["versions"]["v1"]["state"]):
        for digest in list(block):
            rename_key(block, digest, "0" * 4 + digest[4:])


@fixture(BAD, ONE | {"bonus.txt": b"bonus"})
def E092_E093_content_path_does_not_exist(made):
    md5 = hashlib.md5(b"bonus").hexdigest()
    made.root["fixity"] = {"md5": {md5: ["v1/content/bonus.txt"]}}
    return (made.path / "v1/content/bonus.txt").unlink


@fixture(BAD)
def E093_fixity_digest_mismatch(made):
    made.root["fixity"] = {"md5": {"9" * 32: ["v1/content/a_file.txt"]}}


@fixture(BAD, ONE, THREE)
def E093_fixity_digest_mismatch_in_v1(made):
    made.inventories["v1"]["fixity"] = {"md5": {"9" * 32: ["v1/content/a_file.txt"]}}


@fixture(BAD)
def E094_message_not_a_string(made):
    v1(made)["message"] = ["no", "string"]


@fixture(BAD, {"sub-path": b"a", "x": b"b"})
def E095_conflicting_logical_paths(made):
    v1(made)["state"][made.digest(b"b")] = ["sub-path/a_file.txt"]


@fixture(BAD, THREE)
def E095_non_unique_logical_paths(made):
    for digest in v1(made)["state"]:
        v1(made)["state"][digest] = ["file-1.txt"]


@fixture(BAD)
def E096_manifest_duplicate_digests(made):
    made.root["manifest"][key(made).upper()] = ["v1/content/a_file.txt"]


@fixture(BAD)
def E096_manifest_repeated_digest(made):
    made.put("v1/content/b.txt", ONE["a_file.txt"])
    made.root["manifest"][key(made).upper()] = ["v1/content/b.txt"]


@fixture(BAD)
def E097_fixity_duplicate_digests(made):
    md5 = hashlib.md5(ONE["a_file.txt"]).hexdigest()
    block = {name: ["v1/content/a_file.txt"] for name in (md5, md5.upper())}
    made.root["fixity"] = {"md5": block}


@fixture(BAD)
def E099_bad_content_path_elements(made):
    made.root["manifest"][key(made)] = ["v1/content/./a_file.txt"]


@fixture(BAD, THREE)
def E100_E099_fixity_invalid_content_paths(made):
    names = ["v1/content/../content/file-1.txt", "v1/content//file-2.txt", "/v1/content/file-3.txt"]
    block = {}
    for name, data in zip(names, THREE.values(), strict=True):
        block[hashlib.md5(data).hexdigest()] = [name]
    made.root["fixity"] = {"md5": block}


@fixture(BAD, THREE)
def E100_E099_manifest_invalid_content_paths(made):
    names = ["v1/content/../content/file-1.txt", "v1/content//file-2.txt", "/v1/content/file-3.txt"]
    for digest, name in zip(made.root["manifest"], names, strict=True):
        made.root["manifest"][digest] = [name]


@fixture(BAD)
def E101_non_unique_content_paths(made):
    made.root["manifest"][key(made)] *= 2


@fixture(BAD)
def E102_unknown_keys(made):
    made.root["colour"] = "red"
    v1(made)["type"] = "x"


@fixture(BAD, ONE, THREE)
def E020_content_dir_changes(made):
    """Set in the first version, and another in the second."""
    (made.path / "v1/content").rename(made.path / "v1/first")
    old = made.inventories["v1"]
    old["contentDirectory"], made.root["contentDirectory"] = "first", "content"
    for document in (old, made.root):
        document["manifest"][key(made)] = ["v1/first/a_file.txt"]


@fixture(BAD)
def E038_type_of_something_else(made):
    made.root["type"] = "https://ocfl.io/1.1/spec/"


@fixture(BAD)
def E043_no_versions(made):
    del made.root["versions"]


@fixture(BAD)
def E044_versions_not_object(made):
    made.root["versions"] = ["v1"]


@fixture(BAD)
def E047_version_block_not_object(made):
    made.root["versions"]["v1"] = "v1"


@fixture(BAD)
def E048_version_without_state(made):
    del v1(made)["state"]


@fixture(BAD)
def E048_version_without_created(made):
    del v1(made)["created"]


@fixture(BAD)
def E049_created_no_date(made):
    v1(made)["created"] = "2024-02-30T01:02:03Z"


@fixture(BAD)
def E054_user_without_name(made):
    del v1(made)["user"]["name"]


@fixture(BAD)
def E056_unknown_fixity_algorithm(made):
    made.root["fixity"] = {"crc-of-ours": {"00": ["v1/content/a_file.txt"]}}


@fixture(BAD)
def E057_fixity_of_a_path_not_in_the_manifest(made):
    made.root["fixity"] = {"md5": {"0" * 32: ["v1/content/elsewhere.txt"]}}


@fixture(BAD)
def E090_link_in_content(made):
    (made.path / "v1/content/link").symlink_to("a_file.txt")


@fixture(BAD, ONE, THREE, ONE, specs=("1.1",))
def E103_older_spec_v2(made):
    made.inventories["v2"]["type"] = "https://ocfl.io/1.0/spec/#inventory"


@fixture(BAD, ONE | {"x": b"x"}, specs=("1.1",))
def E107_file_in_manifest_not_used(made):
    del v1(made)["state"][made.digest(b"x")]


@fixture(BAD, specs=("1.1",))
def E111_null_fixity(made):
    made.root["fixity"] = None


# --- objects that warn -------------------------------------------------------------------------


@fixture(WARN, ONE, THREE, names=["v0001", "v0002"], algorithm="sha256")
def W001_W004_W005_zero_padded_versions(made):
    for document in [made.root, *made.inventories.values()]:
        document["id"] = "bb123cd4567"


@fixture(WARN, ONE, THREE, names=["v001", "v002"])
def W001_zero_padded_versions(made):
    pass


@fixture(WARN)
def W002_extra_dir_in_version_dir(made):
    made.put("v1/extra_dir/x")


@fixture(WARN, {})
def W003_empty_content_dir(made):
    (made.path / "v1/content").mkdir(parents=True)


@fixture(WARN, algorithm="sha256")
def W004_uses_sha256(made):
    pass


@fixture(WARN, THREE, THREE)
def W004_versions_diff_digests(made):
    other_algorithm(made)


@fixture(WARN)
def W005_id_not_uri(made):
    made.root["id"] = "not_a_uri"


@fixture(WARN)
def W007_no_message_or_user(made):
    del v1(made)["message"], v1(made)["user"]


@fixture(WARN)
def W008_user_no_address(made):
    del v1(made)["user"]["address"]


@fixture(WARN)
def W009_user_address_not_uri(made):
    v1(made)["user"]["address"] = "1 Wonky Way, Wibblesville, WW"


@fixture(WARN)
def W010_no_version_inventory(made):
    return lambda: [(made.path / f"v1/inventory.json{end}").unlink() for end in ("", ".sha512")]


@fixture(WARN, ONE, THREE)
def W011_version_inv_diff_metadata(made):
    v1(made).update(message="another", created="2020-01-01T00:00:00Z", user={**USER, "name": "B"})


@fixture(WARN)
def W013_unregistered_extension(made):
    made.put("extensions/unregistered/x")


# --- good objects ------------------------------------------------------------------------------


@fixture(GOOD, content="stuff")
def minimal_content_dir_called_stuff(made):
    pass


@fixture(GOOD)
def minimal_logs_directory_one_log_file(made):
    made.put("logs/log_file.txt")


@fixture(GOOD, THREE, THREE)
def minimal_mixed_digests(made):
    other_algorithm(made)


@fixture(GOOD, {})
def minimal_no_content(made):
    (made.path / "v1").mkdir(exist_ok=True)


@fixture(GOOD)
def minimal_one_version_one_file(made):
    pass


@fixture(GOOD)
def minimal_uppercase_digests(made):
    digest = key(made)
    rename_key(v1(made)["state"], digest, digest.upper())
    rename_key(made.root["manifest"], digest, digest.upper())


@fixture(GOOD)
def ocfl_object_all_fixity_digests(made):
    data, path = ONE["a_file.txt"], ["v1/content/a_file.txt"]
    made.root["fixity"] = {
        "md5": {hashlib.md5(data).hexdigest(): path},
        "sha1": {hashlib.sha1(data).hexdigest(): path},
        "sha256": {hashlib.sha256(data).hexdigest(): path},
        "sha512": {hashlib.sha512(data).hexdigest().upper(): path},
        "blake2b-512": {hashlib.blake2b(data).hexdigest(): path},
    }


@fixture(GOOD, ONE, THREE | ONE, {"renamed.txt": b"one\n"}, ONE)
def updates_all_actions(made):
    pass


@fixture(GOOD, ONE, {"a_file.txt": b"two\n"}, {"a_file.txt": b"three\n"})
def updates_three_versions_one_file(made):
    pass


@fixture(GOOD, ONE)
def diff_files_same_md5(made):
    md5 = hashlib.md5(ONE["a_file.txt"]).hexdigest()
    made.root["fixity"] = {"md5": {md5: ["v1/content/a_file.txt"]}}


@fixture(GOOD, ONE, THREE)
def duplicated_content_files(made):
    made.put("v2/content/same.txt", ONE["a_file.txt"])
    made.root["manifest"][key(made)].append("v2/content/same.txt")


@fixture(GOOD, ONE, THREE, specs=("1.1",))
def older_inventory_follows_an_older_specification(made):
    made.inventories["v1"]["type"] = "https://ocfl.io/1.0/spec/#inventory"
