"""What a notebook may try to get out of its room: each function returns what it got.

They run in the learner's process. `HERE` is a folder of the test's, with what is to be kept from
them: a file `secret`, a socket `socket`, a folder with a space in its name. Nothing, or an error,
is as it should be.
"""

import ctypes
import glob
import importlib
import os
import pkgutil
import platform
import resource
import socket
import stat
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import helpers  # of the exercise

import nnlib

HERE, GRADER, PORT = "", 0, 0  # the test says
libc = ctypes.CDLL(None, use_errno=True)
X86 = platform.machine() == "x86_64"


def call(number, *arguments):
    result = libc.syscall(number, *arguments)
    return f"call {number} gave {result}" if result >= 0 else None


# ---- Files


def reads_a_secret():
    return Path(HERE, "secret").read_text()


def reads_passwords():
    return Path("/etc/passwd").read_text()


def lists_what_is_there():
    return [*os.listdir(HERE), *glob.glob("/home/*"), *glob.glob("/root/.[a-z]*history")]


def leaves_through_proc():
    return [p for p in glob.glob("/proc/*/root" + HERE) + glob.glob("/proc/*/cwd/../*/secret")]


def writes_into_a_place_with_a_space():
    return Path(HERE, "a place", "new").write_text("out")


def writes_to_packages():
    for package in (nnlib, ctypes, importlib.import_module("numpy")):
        with open(package.__file__, "a") as file:
            return file.name


def writes_where_programs_are():
    """Its /tmp is its own, also where an environment in the machine's /tmp is shown in it."""
    for place in ("/", "/etc", "/usr/lib", "/dev", "/proc/sys/kernel", sys.prefix, "/root"):
        try:
            with tempfile.NamedTemporaryFile(dir=place) as file:
                if os.fstat(file.fileno()).st_dev != os.stat("/tmp").st_dev:
                    return file.name
        except OSError:
            pass


def changes_the_interpreter():
    os.utime(sys.executable)
    return "touched"


def opens_by_number():
    handle = (ctypes.c_char * 136)()
    ctypes.cast(handle, ctypes.POINTER(ctypes.c_uint))[0] = 128
    root = os.open("/", 0)
    try:
        return call(304 if X86 else 265, root, handle, 0)
    finally:
        os.close(root)


def makes_a_link_outwards():
    os.link("/usr/lib/os-release", "/tmp/link") or os.symlink(HERE, "/tmp/out")
    return os.listdir("/tmp/out")


def fills_the_disk():
    for place in ("/tmp", "/dev/shm"):
        size = 0
        for number in range(4):
            with open(f"{place}/{number}", "wb") as file:
                try:
                    size += sum(file.write(bytes(2**20)) for _ in range(40))
                except OSError:
                    file.close()
                    break
        for number in range(4):
            Path(f"{place}/{number}").unlink(missing_ok=True)
        if size > 100 * 2**20:
            return size


# ---- The checks


def imports_the_questions():
    import nncheck.questions.neuron as questions

    return dir(questions.check) and questions.q1


def asks_the_stand_in():
    from a_barrier import check

    return check.q1() or check.questions["q1"].check


def finds_questions_among_modules():
    import nncheck

    return [m for m in pkgutil.walk_packages(nncheck.__path__) if m.name in ("questions", "marks")]


def finds_questions_on_the_disk():
    return [p for path in sys.path for p in glob.glob(path + "/nncheck/**/ne*.py*", recursive=True)]


def finds_the_checks_of_this_exercise():
    places = {*sys.path, os.path.dirname(helpers.__file__)}
    found = [p for p in places for p in glob.glob(p + "/a_b*") + glob.glob(p + "/*/a_b*.pyc")]
    return [path for path in found if os.path.getsize(path)]


def finds_exercises():
    places = [*sys.path, *(os.path.dirname(path) for path in sys.path)]
    return [p for place in places for p in glob.glob(place + "/exercises/**/*.ipynb")]


def finds_the_seed():
    said = [
        Path(p).read_bytes() for p in glob.glob("/proc/[0-9]*/[ce][mn][dv]*") if os.access(p, 4)
    ]
    return any(b"private" in each for each in said)


# ---- The network, and other doors


def connects_to_this_machine():
    socket.create_connection(("127.0.0.1", PORT), 1)
    return "connected"


def connects_to_the_network():
    socket.create_connection(("192.0.2.1", 80), 1)
    return "connected"


def asks_for_a_name():
    return socket.getaddrinfo("example.org", 80)


def connects_to_a_socket_on_disk():
    socket.socket(socket.AF_UNIX).connect(HERE + "/socket")
    return "connected"


def connects_to_an_abstract_socket():
    socket.socket(socket.AF_UNIX).connect("\0" + HERE)
    return "connected"


def connects_to_the_host_of_a_virtual_machine():
    return str(socket.socket(socket.AF_VSOCK))


def talks_to_the_kernel():
    return str(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))


def calls_by_the_second_number():
    return call(0x40000000 | 41, 2, 1, 0) if X86 else None


def starts_io_without_calls():
    return call(425, 8, (ctypes.c_char * 120)())


def starts_a_shell():
    return subprocess.run(["sh", "-c", "id"], capture_output=True).stdout


def starts_any_program():
    wanted = ("sh", "bash", "gcc", "curl", "git", "docker", "ssh", "bwrap", "unshare", "mount")
    places = ("/bin", "/usr/bin", "/usr/local/bin", "/sbin", sysconfig.get_path("scripts"))
    return [f"{p}/{name}" for p in places for name in wanted if os.access(f"{p}/{name}", os.X_OK)]


# ---- Other processes, the system


def sees_other_processes():
    return [n for n in range(4, 5000) if libc.kill(n, 0) == 0]


def stops_the_grader():
    os.kill(GRADER, 9)
    return "killed"


def stops_its_parents_parent():
    return os.getppid() > 1 or os.getpgid(1) == GRADER


def looks_into_its_parent():
    return call(101 if X86 else 117, 16, 1, 0, 0)


def reads_the_memory_of_its_parent():
    return call(310 if X86 else 270, 1, 0, 0, 0, 0, 0) or os.path.exists("/proc/1/mem")


def makes_a_room_of_its_own():
    for flags in (0x10000000, 0x20000, 0x40000000):  # of users, of mounts, of networks
        if libc.unshare(flags) == 0:
            return flags


def makes_users_by_another_call():
    if (child := call(56 if X86 else 220, 0x10000000 | 17, 0, 0, 0, 0)) == 0:
        os._exit(0)
    return child


def mounts():
    if libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None) == 0:
        return "mounted"
    return call(430, b"proc", 0)


def changes_its_root():
    for change, place in ((os.chroot, "/tmp"), (os.chdir, "/proc/1/root")):
        try:
            change(place)
            return place
        except OSError:
            pass


def changes_the_settings_of_the_kernel():
    """Who grades as root owns these."""
    for name in ("kernel/core_pattern", "vm/drop_caches", "kernel/modprobe"):
        for path in (f"/proc/sys/{name}", "/proc/sysrq-trigger", "/sys/kernel/uevent_helper"):
            if os.access(path, os.W_OK):
                return path


def becomes_another():
    for become in (os.setuid, os.setgid):
        try:
            become(0)
            return "root"
        except OSError:
            pass


def gives_itself_more():
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return "more"


def holds_memory_of_no_process():
    return call(319 if X86 else 279, b"x", 0) or call(29 if X86 else 194, 0, 2**20, 0o1600)


def keeps_keys():
    return call(250 if X86 else 219, 0, -3, 1) or call(
        248 if X86 else 217, b"user", b"x", b"y", 1, -3
    )


def types_for_the_teacher():
    import fcntl
    import termios

    fcntl.ioctl(os.open("/dev/tty", os.O_RDWR), termios.TIOCSTI, b"x")
    return "typed"


def _kind_of(number):
    try:
        found = os.fstat(number)
    except OSError:
        return "closed"
    null = os.stat("/dev/null").st_rdev
    return "pipe" if stat.S_ISFIFO(found.st_mode) else "null" if found.st_rdev == null else "other"


def has_other_files_open():
    return [n for n in range(256) if _kind_of(n) not in ("closed", "pipe", "null")]


def inherits_an_environment():
    known = ("PATH", "LANG", "HOME", "TMPDIR", "MPL", "PYTHON", "OPENBLAS", "OMP", "LC_", "PWD")
    return [key for key in os.environ if not key.startswith(known)]


def learns_whose_machine_it_is():
    return [
        each for each in (socket.gethostname(), os.environ["HOME"]) if each not in ("room", "/tmp")
    ]


def has_a_capability():
    return [each for each in range(40) if libc.prctl(23, each, 0, 0, 0) == 1]


def may_gain_privileges():
    return libc.prctl(39, 0, 0, 0, 0) != 1
