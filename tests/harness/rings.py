"""People with phones, short ladders, tickets and notices, as the tests of rings need them: put straight into the tables."""

import base64
import contextlib

# Of a notice's severity and role; waits in seconds, in place of ring_steps.
SET_LADDER = "INSERT INTO ring_steps (severity, role, step, wait, legs, whom) VALUES (%s, %s, %s, %s * interval '1 second', %s, %s)"

ADD_NOTICE = """
    INSERT INTO notices (ticket_id, kind, cause, audience, agency, due_at, turn, clock, step, role, since, device_id)
    VALUES (%(ticket)s, %(kind)s, %(ticket)s, 'agency', %(agency)s, %(due_at)s, %(turn)s, %(clock)s, %(step)s, %(role)s, now(), 0)
    RETURNING id"""

USE = "SELECT state FROM notice_use(decode(%s, 'hex'), 'acknowledge')"


class Office:
    """Who works in a cluster.  It begins without a phone and without a ladder."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.tickets = 0
        self.cluster.query("DELETE FROM devices")
        self.cluster.query("DELETE FROM ring_steps")

    def ladder(self, steps, severity="darurat", role=""):
        """steps: (wait in seconds, legs, whom), the first at once."""
        self.cluster.query("DELETE FROM ring_steps WHERE severity = %s AND role = %s", (severity, role))
        for number, (wait, legs, whom) in enumerate(steps):
            self.cluster.query(SET_LADDER, (severity, role, number, wait, legs, whom))

    def person(self, name, agency, role="officer"):
        return self.cluster.query("INSERT INTO persons (name, full_name, agency, role) VALUES (%s, %s, %s, %s) RETURNING id",
                                  (name, name.title(), agency, role))[0][0]

    def phone(self, agency, person=None, push=None):
        """A browser.  Returns the device's id and its name at the push service (the cluster's, or push)."""
        with contextlib.closing(self.cluster.connect()) as connection:
            name = (push or self.cluster.push).add_phone(connection, agency)
            cursor = connection.cursor()
            cursor.execute("UPDATE devices SET person_id = %s WHERE endpoint LIKE %s RETURNING id", (person, f"%/{name}"))
            return cursor.fetchone()[0], name

    def device(self, agency, leg, endpoint, person=None):
        return self.cluster.query("INSERT INTO devices (agency, leg, endpoint, person_id) VALUES (%s, %s, %s, %s) RETURNING id",
                                  (agency, leg, endpoint, person))[0][0]

    def ticket(self, agency, urgent=True):
        self.tickets += 1
        ticket = self.tickets * 10
        self.cluster.query("INSERT INTO tickets (id, agency, topic, region_code, urgent) VALUES (%s, %s, 'road_damage', '33.74', %s)",
                           (ticket, agency, urgent))
        return ticket

    def notice(self, ticket, agency, kind=1, **more):
        made = {"ticket": ticket, "kind": kind, "agency": agency, "due_at": None, "turn": 0, "clock": "", "step": 0, "role": "", **more}
        return self.cluster.query(ADD_NOTICE, made)[0][0]

    def deadline(self, ticket, agency, clock="first_response", turn=0):
        self.cluster.query(
            "INSERT INTO deadlines (ticket_id, clock, turn, policy_version, agency, started_at, due_at, next_step, next_at, stop) "
            "VALUES (%s, %s, %s, 1, %s, now(), now() + interval '1 hour', 0, NULL, '')", (ticket, clock, turn, agency))

    # What happened --------------------------------------------------------------------------------------------------------

    def ring(self, notice):
        """(step, ended, ended_by) of a notice's ring."""
        return self.cluster.query("SELECT step, ended, ended_by FROM rings WHERE notice_id = %s", (notice,))[0]

    def calls(self, notice):
        """step -> devices that it called, in order."""
        found = {}
        for step, device in self.cluster.query("SELECT step, device_id FROM ring_calls WHERE notice_id = %s ORDER BY 1, 2", (notice,)):
            found.setdefault(step, []).append(device)
        return found

    def deliveries(self, notice):
        """(step, device) -> how its last attempt ended."""
        rows = self.cluster.query("SELECT DISTINCT ON (step, device_id) step, device_id, outcome FROM deliveries WHERE notice_id = %s "
                                  "ORDER BY step, device_id, attempt DESC", (notice,))
        return {(step, device): outcome for step, device, outcome in rows}

    def shown(self, name=None):
        """(phone, notice) -> what it was told of it: payload entries, in order."""
        found = {}
        for push in self.cluster.push.pushes():
            for notice in push["payload"]["notices"]:
                if name in (None, push["device"]):
                    found.setdefault((push["device"], notice["id"]), []).append(notice)
        return found

    def steps(self, name, notice):
        """The steps of a notice that a phone was told, in order."""
        return [entry["step"] for entry in self.shown().get((name, notice), []) if "step" in entry]

    def hushes(self, name, notice):
        return [entry for entry in self.shown().get((name, notice), []) if entry["kind"] == "acknowledged"]

    # What people do ---------------------------------------------------------------------------------------------------------

    def token(self, name, notice):
        """The one-time token that this phone got with a notice."""
        text = self.shown()[(name, notice)][0]["a"]
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    def accept(self, name, notice):
        """Taps Terima on a phone; what notice_use() answers."""
        return self.cluster.value(USE, (self.token(name, notice).hex(),))

    def act(self, ticket, act, actor, agency):
        self.cluster.query("SELECT act_add(%s, %s, %s, 'officer', %s, '', '', 0, '')", (ticket, act, actor, agency))
