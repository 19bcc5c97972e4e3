#!/usr/bin/python3
"""A desktop that shows notifications, on a D-Bus of its own: what a browser would put on the screen, and a finger to tap it.

    desktop.py FOLDER

The bus lives in FOLDER.  Each line of standard output is one JSON object: first {"address": ".."}, then {"what": "show", "id", "replaces",
"title", "body", "actions": [[key, label], ..], "silent", "stays": until somebody taps it} and {"what": "close", "id"}.  Each line of
standard input is {"what": "tap", "id", "action"} or {"what": "dismiss", "id"}.  It ends with its standard input.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NAME = "org.freedesktop.Notifications"
CLOSED_BY_USER, CLOSED_BY_CALL = 2, 3
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""


def say(**event):
    print(json.dumps(event, ensure_ascii=False), flush=True)


class Desktop(dbus.service.Object):
    """org.freedesktop.Notifications, as the Desktop Notifications Specification 1.2 has it."""

    def __init__(self, bus):
        super().__init__(dbus.service.BusName(NAME, bus), "/org/freedesktop/Notifications")
        self.shown = set()
        self.last = 0

    @dbus.service.method(NAME, in_signature="", out_signature="as")
    def GetCapabilities(self):
        return ["actions", "body", "body-hyperlinks", "body-images", "body-markup", "icon-static", "persistence", "sound"]

    @dbus.service.method(NAME, in_signature="", out_signature="ssss")
    def GetServerInformation(self):
        return "desktop", "kentongan", "1", "1.2"

    @dbus.service.method(NAME, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(self, _app, replaces, _icon, title, body, actions, hints, _timeout):
        number = int(replaces)
        if number == 0:
            self.last += 1
            number = self.last
        pairs = [[str(key), str(label)] for key, label in zip(actions[::2], actions[1::2])]
        say(what="show", id=number, replaces=int(replaces), title=str(title), body=str(body), actions=pairs,
            silent=bool(hints.get("suppress-sound", False)), stays=int(hints.get("urgency", 1)) == 2)
        self.shown.add(number)
        return dbus.UInt32(number)

    @dbus.service.method(NAME, in_signature="u", out_signature="")
    def CloseNotification(self, number):
        self.close(int(number), CLOSED_BY_CALL)

    @dbus.service.signal(NAME, signature="uu")
    def NotificationClosed(self, number, reason):
        pass

    @dbus.service.signal(NAME, signature="us")
    def ActionInvoked(self, number, action):
        pass

    def close(self, number, reason):
        if number in self.shown:
            self.shown.discard(number)
            say(what="close", id=number)
            self.NotificationClosed(dbus.UInt32(number), dbus.UInt32(reason))

    def hear(self, line):
        command = json.loads(line)
        if command["what"] == "tap":
            self.ActionInvoked(dbus.UInt32(command["id"]), command["action"])
        else:
            self.close(command["id"], CLOSED_BY_USER)


def main():
    folder = pathlib.Path(sys.argv[1])
    conf = folder / "bus.conf"
    conf.write_text(BUS.format(path=folder / "bus"), encoding="utf-8")
    command = ["dbus-daemon", f"--config-file={conf}", "--nofork", "--print-address"]
    daemon = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=open(folder / "bus.log", "wb"), text=True)
    try:
        address = daemon.stdout.readline().strip()
        dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
        desktop = Desktop(dbus.bus.BusConnection(address))
        say(address=address)
        loop = GLib.MainLoop()
        waiting = b""

        def read(_source, _condition):
            nonlocal waiting
            piece = os.read(0, 65536)
            if not piece:
                loop.quit()
                return False
            *lines, waiting = (waiting + piece).split(b"\n")
            for line in lines:
                desktop.hear(line)
            return True

        GLib.io_add_watch(0, GLib.IO_IN | GLib.IO_HUP, read)
        loop.run()
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(10)


if __name__ == "__main__":
    main()
