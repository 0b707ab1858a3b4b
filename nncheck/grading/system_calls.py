"""The calls of Linux that no exercise needs, as a filter that answers each with "not permitted".

They reach what no namespace keeps apart (virtual machines' sockets, the kernel's keys), hold memory
that belongs to no process, or are how sandboxes were left before.
"""

import errno
import os
import struct
from dataclasses import dataclass


@dataclass(frozen=True)
class Machine:
    """A kind of processor, as the kernel names it, and its number of each call."""

    audit: int
    numbers: tuple[int, ...]


# The numbers of a call on x86-64 and on ARM.
DENIED = {
    **{"socket": (41, 198), "memfd_create": (319, 279), "memfd_secret": (447, 447)},
    **{"shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180)},
    **{"io_uring_setup": (425, 425), "userfaultfd": (323, 282), "perf_event_open": (298, 241)},
    **{"keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "bpf": (321, 280)},
    **{"ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271)},
    **{"pidfd_getfd": (438, 438), "kcmp": (312, 272), "personality": (135, 92)},
    **{"unshare": (272, 97), "setns": (308, 268), "chroot": (161, 51), "pivot_root": (155, 41)},
    **{"mount": (165, 40), "umount2": (166, 39), "open_tree": (428, 428), "fsopen": (430, 430)},
    **{"move_mount": (429, 429), "fsmount": (432, 432), "mount_setattr": (442, 442)},
    **{"open_by_handle_at": (304, 265), "fanotify_init": (300, 262), "quotactl": (179, 60)},
    **{"syslog": (103, 116), "acct": (163, 89), "swapon": (167, 224), "reboot": (169, 142)},
    **{"init_module": (175, 105), "finit_module": (313, 273), "kexec_load": (246, 104)},
}
MACHINES = {
    "x86_64": Machine(0xC000003E, tuple(number for number, _ in DENIED.values())),
    "aarch64": Machine(0xC00000B7, tuple(number for _, number in DENIED.values())),
}
OTHER_FORM = 0x40000000  # x86-64 has each call under a second number, from here on

LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
CALL_AT, MACHINE_AT = 0, 4  # in what the kernel shows to a filter
ALLOW, DENY = 0x7FFF0000, 0x00050000 | errno.EPERM


def call_filter(machine: str = os.uname().machine) -> bytes:
    """The filter for bwrap's `--seccomp`; empty on a processor whose numbers are not known here."""
    if machine not in MACHINES:
        return b""
    known = MACHINES[machine]
    count = len(known.numbers)
    steps = [
        (LOAD, 0, 0, MACHINE_AT),
        (EQUAL, 0, count + 3, known.audit),  # code of another machine: deny whatever it calls
        (LOAD, 0, 0, CALL_AT),
        (AT_LEAST, count + 1, 0, OTHER_FORM),
        *((EQUAL, count - i, 0, number) for i, number in enumerate(known.numbers)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, DENY),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
