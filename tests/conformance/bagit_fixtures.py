"""The BagIt conformance suite, made anew from the names of its bags.

A bag is a dictionary of its files; a fixture changes the dictionary of a sound bag.
"""

import hashlib
import unicodedata

VERSIONS = ("0.93", "0.94", "0.95", "0.96", "0.97", "1.0")
OLDER = VERSIONS[:-1]
VALID, INVALID, WARNING = {}, {}, {}


def sound(version="0.97", algorithm="md5", payload=None, encoding="UTF-8", info=None):
    """The files of a bag with its manifest and tag manifest."""
    payload = (
        payload
        if payload is not None
        else {"hello.txt": b"hello\n", "目录/文件.txt": "一".encode()}
    )
    info = info if info is not None else "Source-Organization: 某某档案馆\n"
    name = "package-info.txt" if version < "0.96" else "bag-info.txt"
    files = {
        "bagit.txt": f"BagIt-Version: {version}\nTag-File-Character-Encoding: {encoding}\n".encode(),
        name: info.encode(encoding),
        **{f"data/{path}": data for path, data in payload.items()},
    }
    remanifest(files, algorithm, encoding)
    return files


def digest(data, algorithm="md5"):
    return hashlib.new(algorithm, data).hexdigest()


def remanifest(files, algorithm="md5", encoding="UTF-8"):
    """Write the manifests of what is there now."""
    lines = "".join(
        f"{digest(data, algorithm)}  {path}\n"
        for path, data in files.items()
        if path.startswith("data/")
    )
    files[f"manifest-{algorithm}.txt"] = lines.encode(encoding)
    retag(files, algorithm, encoding)


def retag(files, algorithm="md5", encoding="UTF-8"):
    lines = "".join(
        f"{digest(data, algorithm)}  {path}\n"
        for path, data in files.items()
        if not path.startswith(("data/", "tagmanifest-"))
    )
    files[f"tagmanifest-{algorithm}.txt"] = lines.encode(encoding)


def write(files, path):
    for name, data in files.items():
        place = path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    (path / "data").mkdir(exist_ok=True)


def bag(shelf, versions=("0.97",), **how):
    def enter(function):
        for version in versions:
            algorithm = how.get("algorithm", "md5")

            def make(path, version=version, algorithm=algorithm):
                files = sound(version, **how)
                if function(files) is not False:
                    retag(files, algorithm, how.get("encoding", "UTF-8"))
                write(files, path)

            shelf[f"v{version}-{function.__name__}"] = make
        return function

    return enter


def listed(files, path, data=b"", algorithm="md5"):
    """List a path in the payload manifest."""
    files[f"manifest-{algorithm}.txt"] += f"{digest(data, algorithm)}  {path}\n".encode()


def fetched(files, path):
    files["fetch.txt"] = f"http://localhost/x - {path}\n".encode()


# --- valid -------------------------------------------------------------------------------------


@bag(VALID, VERSIONS)
def basic_bag(files):
    pass


for name in ("sha1", "sha224", "sha256", "sha384", "sha512"):

    @bag(VALID, ("0.97", "1.0"), algorithm=name)
    def basic_bag_with_another_algorithm(files):
        pass

    for shelf_version in ("0.97", "1.0"):
        VALID[f"v{shelf_version}-basic-bag-{name}"] = VALID.pop(
            f"v{shelf_version}-basic_bag_with_another_algorithm"
        )


@bag(VALID, VERSIONS, info="Contact-Name: A\nContact-Name: B\nContact-Phone: +1 408-555-1212\n")
def duplicate_metadata_entries(files):
    pass


@bag(VALID, ("0.97",), info="Test-Tag: 1\nTest-Tag:   2\nTest-Tag : 3\nTest-Tag    :   5\n")
def uncommon_metadata_separators(files):
    pass


@bag(VALID, VERSIONS, info="External-Description: one line\n  and another,\n\tand one more\nX: y\n")
def multi_line_metadata(files):
    pass


@bag(VALID, encoding="UTF-16")
def utf_16_encoded_tag_files(files):
    pass


@bag(VALID, encoding="GB18030")
def gb18030_encoded_tag_files(files):
    pass


@bag(VALID, encoding="ISO-8859-1", payload={"café.txt": b"x"}, info="Contact-Name: Zoë\n")
def iso_8859_1_encoded_tag_files(files):
    pass


@bag(VALID, payload={"x": b"x", "inner/bagit.txt": b"BagIt-Version: 0.97\n", "inner/data/y": b""})
def bag_in_a_bag(files):
    pass


@bag(VALID, payload={"test file with spaces.txt": b"x", " leading": b"y", "ends in space ": b"z"})
def bag_with_space(files):
    pass


@bag(VALID, ("0.97", "1.0"), payload={"𠀋𠮷.txt": b"beyond the BMP", "🗄": b"", "～全角.txt": b"x"})
def names_beyond_the_basic_plane(files):
    pass


@bag(VALID, payload={"dir1/~test3.txt": b"3", "%7Edir2/test4.txt": b"4", "%test2.txt": b"2"})
def bag_with_encoded_names(files):
    pass


@bag(VALID, ("1.0",))
def name_with_newline_and_percent(files):
    files.update({"data/a%0Ab": b"x", "data/c\nd": b"y"})
    manifest = "".join(
        f"{digest(data)}  {path.replace('%', '%25').replace(chr(10), '%0A')}\n"
        for path, data in files.items()
        if path.startswith("data/")
    )
    files["manifest-md5.txt"] = manifest.encode()


@bag(VALID)
def holey_bag(files):
    fetched(files, "data/hello.txt")


@bag(VALID)
def leading_dot_slash_in_manifest(files):
    files["manifest-md5.txt"] = files["manifest-md5.txt"].replace(b"data/hello", b"./data/hello")


@bag(VALID, VERSIONS)
def carriage_returns_in_every_tag_file(files):
    for name in ("bagit.txt", "manifest-md5.txt"):
        files[name] = files[name].replace(b"\n", b"\r\n")


@bag(VALID, payload={}, info="Payload-Oxum: 0.0\n")
def minimal_bag(files):
    pass


@bag(VALID, ("0.97", "1.0"))
def upper_case_digests(files):
    lines = files["manifest-md5.txt"].decode().splitlines()
    upper = [f"{line[:32].upper()}{line[32:]}\n" for line in lines]
    files["manifest-md5.txt"] = "".join(upper).encode()


@bag(VALID, ("0.97", "1.0"))
def tag_folder(files):
    files["metadata/notes.txt"] = "说明".encode()


# --- invalid -----------------------------------------------------------------------------------


@bag(INVALID, VERSIONS)
def baginfo_missing_encoding(files):
    files["bagit.txt"] = files["bagit.txt"].splitlines(keepends=True)[0]


@bag(INVALID, VERSIONS)
def bom_in_bagit_txt(files):
    files["bagit.txt"] = b"\xef\xbb\xbf" + files["bagit.txt"]


@bag(INVALID, VERSIONS)
def bagit_with_invalid_whitespace(files):
    files["bagit.txt"] = files["bagit.txt"].replace(b":", b" :", 1)


@bag(INVALID, VERSIONS)
def corrupt_data_file(files):
    files["data/hello.txt"] = b"hellO\n"


@bag(INVALID, VERSIONS)
def corrupt_tag_file(files):
    retag(files)
    files["bag-info.txt"] = b"Changed: after\n"
    files["package-info.txt"] = b"Changed: after\n"
    return False


@bag(INVALID, VERSIONS)
def extra_file_in_bag(files):
    files["data/bar"] = b""


@bag(INVALID)
def invalid_version_number(files):
    files["bagit.txt"] = files["bagit.txt"].replace(b"0.97", b".97")


@bag(INVALID, VERSIONS)
def unknown_version(files):
    files["bagit.txt"] = b"BagIt-Version: 2.3\nTag-File-Character-Encoding: UTF-8\n"


@bag(INVALID, VERSIONS)
def missing_baginfo(files):
    retag(files)
    files.pop("bag-info.txt", None)
    files.pop("package-info.txt", None)
    return False


@bag(INVALID, VERSIONS)
def missing_bagit_txt(files):
    del files["bagit.txt"]


@bag(INVALID, VERSIONS)
def missing_payload_file(files):
    del files["data/hello.txt"]


@bag(INVALID, VERSIONS)
def missing_manifest(files):
    del files["manifest-md5.txt"]


@bag(INVALID)
def out_of_scope_dot_notation(files):
    listed(files, "../README.md")


@bag(INVALID)
def out_of_scope_dots_within(files):
    listed(files, "data/../../README.md")


@bag(INVALID)
def out_of_scope_dot_notation_for_fetch(files):
    fetched(files, "../../../README.md")


for label, place in {
    "absolute_path": "/tmp/foo",
    "shortcut": "~/foo",
    "shortcut_username": "~root/foo",
    "windows_absolute_path": "C:\\Windows\\System32\\setx.exe",
    "windows_shortcut": "%HomeDrive%\\Windows\\System32\\setx.exe",
    "windows_unc": "\\\\?\\UNC\\server\\Windows\\System32\\setx.exe",
}.items():

    @bag(INVALID)
    def out_of_scope(files, place=place):
        listed(files, place)

    @bag(INVALID)
    def out_of_scope_for_fetch(files, place=place):
        fetched(files, place)

    INVALID[f"v0.97-out-of-scope-{label}"] = INVALID.pop("v0.97-out_of_scope")
    INVALID[f"v0.97-out-of-scope-{label}-for-fetch"] = INVALID.pop("v0.97-out_of_scope_for_fetch")


@bag(INVALID, VERSIONS)
def same_filename_listed_twice_with_different_hashes(files):
    listed(files, "data/hello.txt", b"other")


@bag(INVALID, ("1.0",))
def same_filename_listed_twice_with_the_same_hash_in_1_0(files):
    listed(files, "data/hello.txt", b"hello\n")


@bag(INVALID, ("1.0",))
def missing_from_one_of_two_manifests(files):
    files["manifest-sha512.txt"] = files["manifest-md5.txt"] = b""
    for path in ("data/hello.txt", "data/目录/文件.txt"):
        listed(files, path, files[path])
    listed(files, "data/hello.txt", files["data/hello.txt"], "sha512")


@bag(INVALID, ("0.97", "1.0"))
def manifest_in_another_encoding(files):
    files["manifest-md5.txt"] = files["manifest-md5.txt"].decode().encode("gbk")


@bag(INVALID, ("0.97", "1.0"), info="Payload-Oxum: 1.1\n")
def payload_oxum_differs(files):
    pass


@bag(INVALID, ("0.95",), info="Payload-Oxum: 1.1\n")
def payload_oxum_of_package_info_differs(files):
    pass


@bag(INVALID)
def hole_not_fetched(files):
    fetched(files, "data/elsewhere.txt")
    listed(files, "data/elsewhere.txt")


# --- valid, with a word of advice --------------------------------------------------------------


@bag(WARNING, payload={"foo": b"1", "FOO": b"2"})
def duplicate_file_with_different_case(files):
    return "5-case"


@bag(WARNING)
def relative_path(files):
    files["manifest-md5.txt"] = files["manifest-md5.txt"].replace(b"data/hello", b"./data/hello")


NFD, NFC = (unicodedata.normalize(form, "Núñez") for form in ("NFD", "NFC"))


@bag(WARNING, payload={NFC: b"", NFD: b""})
def same_filename_listed_twice_with_different_normalization(files):
    pass


@bag(WARNING, payload={NFC: b""})
def same_filename_here_once_listed_twice_with_different_normalization(files):
    listed(files, f"data/{NFD}")


@bag(WARNING, payload={NFC: b""})
def filename_normalization(files):
    files["manifest-md5.txt"] = files["manifest-md5.txt"].replace(NFC.encode(), NFD.encode())


@bag(WARNING, payload={".DS_Store": b"", "Thumbs.db": b""})
def special_system_files(files):
    pass


@bag(WARNING)
def made_with_md5sum_tools(files):
    files["manifest-md5.txt"] = files["manifest-md5.txt"].replace(b"  ", b" *")


@bag(WARNING)
def same_filename_listed_twice_with_the_same_hash(files):
    listed(files, "data/hello.txt", b"hello\n")
