// commands.c - the table of sub-commands, and what `kentongan`, `kentongan help` and --help print from it.
#include "commands.h"

#include "agency.h"
#include "check.h"
#include "complain.h"
#include "config.h"
#include "device.h"
#include "health.h"
#include "integrator.h"
#include "keygen.h"
#include "migrate.h"
#include "parked.h"
#include "phone.h"
#include "policy.h"
#include "publish.h"
#include "route.h"
#include "show.h"
#include "status.h"
#include "tail.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const struct command commands[] = {
    {"publish", "send reports to the ingest socket, and wait for their receipts", publish_command,
        "kentongan publish FILE|- [--format tsv|jsonl] | --generate N\n"
        "\n"
        "  FILE               reports: TSV with a header row, or JSON Lines with the keys of "
        "proto/ingest.proto\n"
        "  --format           tsv or jsonl, when the file's name does not say\n"
        "  --generate N       make up N reports of Central Java instead\n"
        "  --seed S           the same seed makes the same reports (1)\n"
        "  --duplicates P     percent of them that are about an earlier one's matter (10)\n"
        "  --no-reporter      leave out who reported\n"
        "  --source NAME      the integrator's name, for reports that give none (cli)\n"
        "  --endpoint URL     the ingest socket (KENTONGAN_INGEST_PLAIN, else tcp://127.0.0.1:5755)\n"
        "  --server-key Z85   CURVE: the server's public key, with\n"
        "  --key-file FILE    CURVE: the client's secret key (see kentongan help keygen)\n"
        "  --window N         reports on the way at most, a client (64)\n"
        "  --clients N        sockets (1)\n"
        "  --rate R           reports a second over all clients (as fast as it goes)\n"
        "  --resend-after MS  send again what got no receipt (5000)\n"
        "  --patience MS      give up when no receipt at all comes for so long (10000)\n"
        "  --receipts FILE    write each receipt as a line of JSON, flushed\n"
        "  --json, --quiet    the closing line as JSON; nothing at all\n"
        "\n"
        "A field of a TSV may be source, source_message_id, channel, text, sent_at_ms, anonymous, "
        "confidential, addressed_to,\n"
        "relayed_by, in_reply_to, name, phone, handle, email, national_id, latitude, longitude, region_code "
        "or address.\n"
        "Without source_message_id a report is known by its line: publishing the file again stores nothing "
        "twice.\n"
        "Exit code: 0 all accepted (now or before), 1 some rejected, 2 not understood, 3 no server "
        "answered.\n"
        "\n"
        "  kentongan publish reports.tsv\n"
        "  kentongan publish - --format jsonl --source sms-gateway < today.jsonl\n"
        "  kentongan publish --generate 100000 --duplicates 80 --clients 16 --window 256 --json\n"},
    {"show", "tell the story of one report", show_command,
        "kentongan show CODE [--text] [--json]\n"
        "\n"
        "  --text  also what the citizen wrote: text, address, who passed it on\n"
        "  --json  for machines; times are Unix milliseconds\n"
        "\n"
        "Never shows who sent it.  Exit code 4: there is no such report.\n"
        "\n"
        "  kentongan show JT-7K2M-90QX-4\n"},
    {"status", "show how many rows there are, what waits, and what is late", status_command,
        "kentongan status [--exact] [--json]\n"
        "\n"
        "  --exact  count tables of more than two million rows, too, instead of estimating them\n"
        "  --json   {\"reports\": .., \"backlog\": {\"classifier\": ..}, \"parked\": .., \"settled\": true, "
        "..}\n"
        "\n"
        "settled: every report that is stored has been through all stages, or is parked.\n"
        "\n"
        "  kentongan status\n"
        "  until kentongan status --json | grep -q '\"settled\":true'; do sleep 1; done\n"},
    {"tail", "follow tickets, notices and deliveries as they happen", tail_command,
        "kentongan tail [--json]\n"
        "\n"
        "Prints what is committed from now on, until Ctrl-C.\n"
        "\n"
        "  kentongan tail | grep DPUBMCK\n"},
    {"phone", "stand in for an officer's phone: shows the pushes it gets, on loopback", phone_command,
        "kentongan phone --agency CODE [--port P] [--subscription FILE] [--state FILE] [--log FILE]\n"
        "\n"
        "  --agency        whose phone it is\n"
        "  --port          where it takes pushes, on 127.0.0.1 (8099)\n"
        "  --subscription  write the subscription to this file, for kentongan device add\n"
        "  --state         keep the phone's keys in this file, so that it stays the same phone\n"
        "  --log           append each push to this file, too\n"
        "\n"
        "The notifier only pushes to it with KENTONGAN_PUSH_ALLOW_LOOPBACK=yes.  Runs until Ctrl-C.\n"
        "\n"
        "  kentongan phone --agency DISHUB --subscription phone.json --state phone.state\n"},
    {"keygen", "make a key pair: curve, identity or vapid", keygen_command,
        "kentongan keygen curve|identity|vapid --out PREFIX\n"
        "\n"
        "  curve     Z85, for the ingest socket and for each integrator\n"
        "  identity  hexadecimal, what reporters' identities are sealed to; keep the secret where no service "
        "runs\n"
        "  vapid     base64url, what push services know us by\n"
        "\n"
        "Writes PREFIX.secret (for its owner's eyes only) and PREFIX.pub, and prints the public key.  Never "
        "overwrites.\n"
        "\n"
        "  kentongan keygen curve --out keys/sms-gateway\n"},
    {"integrator", "say who may publish on the CURVE socket: add, revoke, list", integrator_command,
        "kentongan integrator add NAME --key Z85 | revoke NAME | list   [--json]\n"
        "\n"
        "Adding a name again replaces its key.\n"
        "\n"
        "  kentongan integrator add sms-gateway --key \"$(cat keys/sms-gateway.pub)\"\n"
        "  kentongan integrator revoke sms-gateway\n"},
    {"agency", "look at and add the agencies that answer: list, show, add", agency_command,
        "kentongan agency list [--level L] | show CODE | add CODE --name NAME --level L [--short S] "
        "[--region R]   [--json]\n"
        "\n"
        "  kentongan agency list --level province\n"
        "  kentongan agency add DISKOMINFO --name 'Dinas Komunikasi dan Informatika' --level province\n"},
    {"device", "look after the officers' phones: add, list, remove", device_command,
        "kentongan device add --agency CODE --subscription FILE|- [--label TEXT] | list [--agency CODE] | "
        "remove ID   [--json]\n"
        "\n"
        "  --subscription  what the browser's PushSubscription.toJSON() returned\n"
        "\n"
        "  kentongan device add --agency DISHUB --subscription phone.json --label 'petugas piket'\n"
        "  kentongan device list --agency DISHUB\n"},
    {"route", "say which agency answers for what, and where: list, set, remove", route_command,
        "kentongan route list [--topic T] | set TOPIC AGENCY [--region P] [--road C] | remove TOPIC "
        "[--region P] [--road C]"
        "   [--json]\n"
        "\n"
        "  --region  a region's code or the start of one (33.74); the longest that fits decides\n"
        "  --road    village, regency, province, national or toll\n"
        "\n"
        "The agency KABKOTA stands for the government of the regency or city that the report is about.\n"
        "\n"
        "  kentongan route list --topic bridge\n"
        "  kentongan route set bridge DPUBMCK --road province\n"},
    {"policy", "look at deadlines' policies and add a new version: list, add", policy_command,
        "kentongan policy list | add CLOCK --hours H|--seconds S --source TEXT [--from TIME]   [--json]\n"
        "\n"
        "  --source  the rule that says so\n"
        "  --from    when it takes effect, with its time zone (now)\n"
        "\n"
        "  kentongan policy add first_response --hours 12 --source 'Pergub 1/2027' --from '2027-01-01 00:00 "
        "+07'\n"},
    {"parked", "look at items that a stage gave up on, and try them again: list, retry", parked_command,
        "kentongan parked list | retry ITEM [--stage STAGE]   [--json]\n"
        "\n"
        "  kentongan parked list\n"
        "  kentongan parked retry 2049 --stage router\n"},
    {"health", "tell whether a service still runs, by its file of metrics", health_command,
        "kentongan health FILE [--within SECONDS]\n"
        "\n"
        "Exit code 0: it was written within 30 (or SECONDS) seconds.\n"
        "\n"
        "  kentongan health /run/kentongan/ingest.metrics\n"},
    {"migrate", "bring the tables and the reference data up to date", migrate_command,
        "kentongan migrate [--sql FOLDER] [--data FOLDER] [--json]\n"
        "\n"
        "  --sql   NNN_name.sql files, applied once each (deploy/postgres)\n"
        "  --data  TABLE.tsv files, loaded each time (deploy/data)\n"
        "\n"
        "Runs as the owner: KENTONGAN_OWNER_DATABASE, else KENTONGAN_DATABASE.  What ops may have edited "
        "(agencies, routes,\n"
        "policies) is added to and never changed.\n"
        "\n"
        "  kentongan migrate\n"},
};

const size_t command_count = LENGTH(commands);

static const struct command *
find(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static void
print_list(FILE *out)
{
    fprintf(out, "kentongan - carries citizens' reports to the official who must answer\n\n");
    for (size_t i = 0; i < command_count; i++)
        fprintf(out, "  %-11s %s\n", commands[i].name, commands[i].summary);
    fprintf(out, "\nkentongan help COMMAND shows its options and examples.  Settings come from the "
                 "environment (KENTONGAN_DATABASE ..);\n"
                 "when that one is unset, from the file that KENTONGAN_ENV names, or var/kentongan.env.\n");
}

static int
help(const char *name)
{
    const struct command *command = name != NULL ? find(name) : NULL;

    if (name == NULL) {
        print_list(stdout);
        return EXIT_OK;
    }
    if (command == NULL) {
        complain(name, "is no command; kentongan alone lists them");
        return EXIT_USAGE;
    }
    fputs(command->help, stdout);
    return EXIT_OK;
}

static bool
asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

int
commands_run(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_list(stdout);
        return EXIT_OK;
    }
    if (strcmp(argv[1], "help") == 0)
        return help(argc > 2 ? argv[2] : NULL);
    // --version, --show-settings and --settings-table are the same in every program.
    if (strncmp(argv[1], "--", 2) == 0) {
        settings_load(config_settings(), argc, argv);
        return EXIT_USAGE;
    }
    const struct command *command = find(argv[1]);
    if (command == NULL) {
        complain(argv[1], "is no command; kentongan alone lists them");
        return EXIT_USAGE;
    }
    if (asks_for_help(argc - 1, argv + 1))
        return help(argv[1]);
    return command->run(argc - 1, argv + 1);
}
