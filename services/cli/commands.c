// commands.c - the table of sub-commands, and what `kentongan`, `kentongan help` and --help print from it.
#include "commands.h"

#include "act.h"
#include "agency.h"
#include "check.h"
#include "classify.h"
#include "complain.h"
#include "config.h"
#include "correct.h"
#include "device.h"
#include "evaluate.h"
#include "health.h"
#include "holiday.h"
#include "identity.h"
#include "integrator.h"
#include "keygen.h"
#include "migrate.h"
#include "model_verbs.h"
#include "objection.h"
#include "office.h"
#include "parked.h"
#include "person.h"
#include "phone.h"
#include "policy.h"
#include "publish.h"
#include "quiet.h"
#include "report.h"
#include "ring.h"
#include "route.h"
#include "shelf.h"
#include "show.h"
#include "similar.h"
#include "status.h"
#include "tail.h"
#include "template.h"
#include "train.h"
#include "why.h"

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
    {"classify", "triage reports of a file as the classifier would, without a cluster", classify_command,
        "kentongan classify [FILE|-] [--model FILE] [--data FOLDER] [--index N]\n"
        "\n"
        "  FILE     reports as JSON Lines (standard input)\n"
        "  --model  a model's file (the folder's seed.model)\n"
        "  --data   reference data (KENTONGAN_DATA, else that of this installation)\n"
        "  --index  the latest N reports can be found as duplicates (1000000); each takes about 150 bytes\n"
        "\n"
        "One object a line in, the answer to it on the same place of the output.  It takes\n"
        "  id                   string or number; without it a report is known by the number of its line\n"
        "  text                 1 .. 10,000 bytes; all others may be missing\n"
        "  address              at most 500 bytes\n"
        "  latitude, longitude  WGS 84, both or none\n"
        "  region_code          Kemendagri: 33, 33.74, 33.74.01, 33.74.01.1001\n"
        "  sent_at_ms           Unix ms, for duplicates; without it a report counts as sent with the one "
        "before it\n"
        "  source               is taken and not used; unknown keys are passed over\n"
        "and gives\n"
        "  id                   as it was given\n"
        "  kind                 complaint, criticism, aspiration, suggestion, information_request, "
        "not_report\n"
        "  kind_p               probability of the kind\n"
        "  urgent, urgent_p     true: danger to life, or a disaster; its probability\n"
        "  topics               the likeliest three: code, category (one of the 16 sektor), p (probability)\n"
        "  category             the likeliest category: that of all topics together\n"
        "  topic                the likeliest topic when it is sure enough to be routed by, else \"\"\n"
        "  region_code          the deepest region that is sure, \"\" when none is\n"
        "  region_level         its level: provinsi, kabkota, kecamatan, deskel, or \"\"\n"
        "  region_candidates    codes that are possible where it is not sure, the likeliest first\n"
        "  question             what to ask the reporter then, in Indonesian, or \"\"\n"
        "  outside              true: not in the home province\n"
        "  road                 whose road: village, regency, province, national, toll, or \"\"\n"
        "  language             indonesian, javanese, mixed, other\n"
        "  relation             to an earlier report of this input: duplicate, rereport (more than 30 days "
        "later), none\n"
        "  duplicate_of         id of that report as it was given, or null\n"
        "  duplicate_score      0 .. 1, how alike they are\n"
        "  why                  the reasons in one line; of the report only ordinary words\n"
        "  model                version of the model, \"\" when keywords alone decided\n"
        "A line that is no such report gives {\"line\": 3, \"id\": .. or null, \"error\": \"text: is "
        "missing\"}.\n"
        "Exit code: 0 all answered, 1 some not, 2 not understood.\n"
        "\n"
        "  kentongan classify < reports.jsonl > triaged.jsonl\n"
        "  echo '{\"id\": 1, \"text\": \"Lampu jalan mati di Tembalang\"}' | kentongan classify\n"},
    {"similar", "say whether two reports tell of the same, and why", similar_command,
        "kentongan similar [FILE|-] [--model FILE] [--data FOLDER]\n"
        "\n"
        "  FILE     pairs as JSON Lines (standard input): {\"a\": {..}, \"b\": {..}}\n"
        "  --model, --data   as for kentongan classify\n"
        "\n"
        "a and b are reports as kentongan classify takes them.  a is the earlier one, unless both have "
        "sent_at_ms and say\n"
        "otherwise; one without it counts as sent with the other.  For each pair it gives\n"
        "  id        that of the pair, when it has one\n"
        "  score     0 .. 1: how likely they tell of the same incident\n"
        "  relation  duplicate: the later one joins the earlier one's ticket\n"
        "            rereport: the same more than 30 days later, linked and not joined\n"
        "            none\n"
        "  why       the reasons in one line; no word of the reports\n"
        "A pair that makes no sense gives {\"line\": 3, \"id\": .. or null, \"error\": \"a.text: is "
        "missing\"}.\n"
        "Exit code: 0 all answered, 1 some not, 2 not understood.\n"
        "\n"
        "  kentongan similar < pairs.jsonl\n"},
    {"show", "tell the story of one report", show_command,
        "kentongan show CODE [--text] [--json]\n"
        "\n"
        "  --text  also what the citizen wrote: text, address, who passed it on\n"
        "  --json  for machines; times are Unix milliseconds\n"
        "\n"
        "Also how long it rang for whom, what their phones said, and what the reporter was told.  Never "
        "shows who "
        "sent it, nor where anybody is reached.  Exit code 4: there is no such report.\n"
        "\n"
        "  kentongan show JT-7K2M-90QX-4\n"},
    {"train", "learn a model from your own labelled reports", train_command,
        "kentongan train --in FILE [FILE ..] --out MODEL [--name NAME] [--against MODEL]\n"
        "                [--install [--by WHO]] [--json]\n"
        "\n"
        "  --in FILE       JSON Lines with text, topic (or category), and if known kind and urgent (true or "
        "false);\n"
        "                  or tab-separated with a header row of these names (urgent 0 or 1); more files may "
        "follow\n"
        "  --out MODEL     the file to write\n"
        "  --name NAME     begins the model's version (office)\n"
        "  --against MODEL the model in use; the new one is only written if it is right more often on the "
        "same\n"
        "                  reports (default: with --install the one in the database, else the file that "
        "--out\n"
        "                  would replace; none: write it anyway)\n"
        "  --install       put it to work in the cluster, too, when it is written (--by: who did)\n"
        "  --base MODEL    the model it stands on: what that one thinks of the topic is one of the things "
        "learned\n"
        "                  from, and answers for what the examples do not tell (default: the one shipped; "
        "none)\n"
        "  --label KEY     topic or category (topic, when the first labelled report has one)\n"
        "  --data DIR      folder of the lexicon and of the model shipped (KENTONGAN_DATA)\n"
        "  --folds N       parts of the cross-validation (5)\n"
        "  --seed S        the same seed makes the same parts (1)\n"
        "  --jobs N        processes at the same time (one for each processor)\n"
        "  --json          figures as JSON\n"
        "\n"
        "The figures come from cross-validation: each report is answered by a model that was learned without "
        "it.\n"
        "A model is put to work without a pause: see also `kentongan help model`.\n"
        "Exit code: 0 written, 1 it does not beat the one in use, 2 the input cannot be used, 3 no "
        "PostgreSQL.\n"
        "\n"
        "  kentongan correct export > labelled.jsonl\n"
        "  kentongan train --in labelled.jsonl --out office.model --install\n"},
    {"evaluate", "say how good a model is, on labelled reports", evaluate_command,
        "kentongan evaluate --in LABELLED.jsonl [--folds N | --model MODEL] [--json]\n"
        "\n"
        "  --in FILE     as in kentongan help train\n"
        "  --folds N     learn from the same reports, in N parts: each is answered by a model learned from "
        "the\n"
        "                others (5)\n"
        "  --model MODEL measure this finished model instead; labels that are categories are compared with "
        "the\n"
        "                categories of its topics, unless it was learned from such labels itself\n"
        "  --base MODEL  with --folds: as in kentongan help train\n"
        "  --label KEY, --data DIR, --seed S, --jobs N  as in kentongan help train\n"
        "  --json        {\"examples\", \"labels\", \"accuracy\", \"top3\", \"macro_f1\", \"calibration\", "
        "\"baseline\",\n"
        "                \"reliability\": [..], \"confusions\": [..]}\n"
        "\n"
        "  accuracy     the first answer is the label / all\n"
        "  top-3        the label is among the first three answers / all\n"
        "  macro-F1     mean over the labels of 2 x right / (answered + true): rare labels count like "
        "frequent "
        "ones\n"
        "  calibration  mean distance between a probability and how often answers of about that probability "
        "were "
        "right\n"
        "\n"
        "  kentongan evaluate --in labelled.jsonl\n"
        "  kentongan evaluate --in labelled.jsonl --model office.model --json\n"},
    {"status", "show how many rows there are, what waits, what is late, and how people are reached",
        status_command,
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
    {"report", "print the figures: daily, negligence (the quarterly list), agencies, recap", report_command,
        "kentongan report daily [--day DAY]\n"
        "kentongan report negligence --quarter 2026Q4 [--as-of TIME] [--objections DAYS]\n"
        "kentongan report agencies [--quarter Q | --from DAY --until DAY]\n"
        "kentongan report recap [--quarter Q | --from DAY --until DAY]\n"
        "all: [--format text|csv|json] [--json] [--out FILE]\n"
        "\n"
        "  daily       what was received and answered on a day (2026-11-22, yesterday, today), what is "
        "overdue "
        "and what falls due\n"
        "              within 6, 12 and 24 hours; by agency, regency or city, and channel\n"
        "  negligence  every first response that fell due in the quarter and was not given in time, case by "
        "case, with the policy\n"
        "              and the query; --as-of: what happened after it is not seen (the end of the "
        "objections' "
        "window, or now);\n"
        "              --objections: the window in days after the quarter (14)\n"
        "  agencies    median and p90 of the first response, on time, reopened, returned, pasted; ranked "
        "within "
        "bands of volume\n"
        "  recap       the five buckets of LaporGub!, and what is settled and followed up\n"
        "  --until     the last day\n"
        "\n"
        "Days are those of Asia/Jakarta.  Each figure has its definition beside it.  The list of negligence "
        "is "
        "the same to the byte\n"
        "for the same --as-of; its SHA-256 is that of the CSV from the line period up to before the line "
        "seal:\n"
        "\n"
        "  kentongan report negligence --quarter 2026Q4 --format csv --out list.csv\n"
        "  sed -n '/^period$/,/^seal$/p' list.csv | sed '$d' | sha256sum\n"
        "  kentongan report daily --day yesterday\n"},
    {"objection", "what an agency says against the list of negligence: add, list, accept, refuse",
        objection_command,
        "kentongan objection add CODE --by WHO --reason TEXT [--turn N]   [--json]\n"
        "kentongan objection list [--quarter 2026Q4]   [--json]\n"
        "kentongan objection accept|refuse ID --by WHO --reason TEXT   [--json]\n"
        "\n"
        "  --turn  which turn of the ticket is meant, when several agencies missed theirs\n"
        "\n"
        "Each is kept for ever.  An accepted one takes the case off the list, into its annex; only what was "
        "decided by the list's\n"
        "--as-of counts.\n"
        "\n"
        "  kentongan objection add JT-7K2M-90QX-4 --by 'Dishub' --reason 'Tiket baru masuk setelah "
        "gangguan'\n"
        "  kentongan objection accept 12 --by Inspektorat --reason 'Gangguan terbukti'\n"},
    {"tail", "follow tickets, notices, calls, proofs and replies as they happen", tail_command,
        "kentongan tail [--json]\n"
        "\n"
        "Prints what is committed from now on, until Ctrl-C.\n"
        "\n"
        "  kentongan tail | grep DPUBMCK\n"},
    {"correct", "say what a report is when triage was wrong, and list or export what was said",
        correct_command,
        "kentongan correct CODE --topic T | --region R | --kind K | --urgent yes|no | --split | --join CODE2 "
        "  "
        "--by WHO [--reason TEXT] [--json]\n"
        "kentongan correct list [CODE] [--json]\n"
        "kentongan correct export\n"
        "\n"
        "  --topic    a topic's code; its ticket goes to the agency that answers for it\n"
        "  --region   a region's code; likewise\n"
        "  --kind     complaint, criticism, aspiration, suggestion, information_request; not_report: to the "
        "shelf\n"
        "  --urgent   danger to life or disaster; its agency is told at once\n"
        "  --split    it is another matter than its ticket: it gets one of its own\n"
        "  --join     it is the same matter as that report: all reports of its ticket hang on the other's\n"
        "  --by       who says so, and --reason why: kept for ever, with the journal of the ticket\n"
        "\n"
        "When the agency changes, the clock of the old one ends and the new one has its full time.  list "
        "says what was "
        "done.\n"
        "export prints JSON Lines for kentongan train: id, text, address and what officers named of topic, "
        "kind, "
        "region_code, urgent.\n"
        "It holds what citizens wrote.\n"
        "\n"
        "  kentongan correct JT-7K2M-90QX-4 --topic bridge --by 'Sri, meja triase'\n"
        "  kentongan correct export > labelled.jsonl\n"},
    {"act", "note what is done on a ticket: an answer, a question, not ours ..; list, flagged", act_command,
        "kentongan act CODE WHAT --by WHO [--agency CODE] [--kind officer|bot|system|reporter] [--value V]\n"
        "                   [--text TEXT | --text-file FILE] [--key KEY] [--json]\n"
        "kentongan act list CODE [--text] [--json]\n"
        "kentongan act flagged [--text] [--json]\n"
        "\n"
        "  acknowledge   it was seen; nothing more\n"
        "  verifying, field_check, in_progress, awaiting_validation\n"
        "                the ticket's stage; from an officer of the agency that has it, an answer\n"
        "  done          --text says what was done; the same\n"
        "  rejected      --value not_authority, ineligible, spam or withdrawn, and --text why; the same\n"
        "  reopened      a ticket that is done or rejected has to be dealt with again, by the same agency\n"
        "  ask, answer   a question (--text) to the reporter, and that it was answered; meanwhile clocks of "
        "working\n"
        "                time stand still\n"
        "  reply, note   words for the public (--text); words for the office\n"
        "  not_ours      --text why, --value whose it is, if known; the second time the triage desk decides\n"
        "  assign        --value to which agency; the triage desk does it\n"
        "  judge         --value 'ACT counts' or 'ACT pasted': is that flagged act an answer?\n"
        "\n"
        "  --by         who does it; --kind what they are (officer); a bot changes nothing\n"
        "  --agency     for whom they speak (the agency that has the ticket); TRIAGE is the triage desk\n"
        "  --text-file  - is standard input\n"
        "  --key        your own id of it: the same act sent twice is one\n"
        "\n"
        "CODE is that of any report of the ticket.  Words that the agency wrote on two other tickets are "
        "flagged:\n"
        "that act is no answer until an officer judges that it is.  flagged lists what nobody has judged.\n"
        "After done and rejected nothing but reopened does anything.\n"
        "\n"
        "  kentongan act JT-7K2M-90QX-4 verifying --by Budi --agency DPUBMCK --text 'Kami cek hari ini'\n"
        "  kentongan act JT-7K2M-90QX-4 not_ours --by Budi --agency DPUBMCK --value BBPJN --text 'Ini jalan "
        "nasional'\n"
        "  kentongan act flagged --text\n"},
    {"shelf", "look at messages that are no report, and take them for one: list, take", shelf_command,
        "kentongan shelf list [--text] | take CODE [--topic T] [--kind K] [--by WHO] [--reason TEXT]   "
        "[--json]\n"
        "\n"
        "  --text   also what they say\n"
        "  --topic  a topic's code, when the classifier found none or the wrong one\n"
        "  --kind   what it is (complaint)\n"
        "  --by     who says so (the user of this shell)\n"
        "\n"
        "  kentongan shelf list --text\n"
        "  kentongan shelf take JT-7K2M-90QX-4 --topic street_light --by Sri\n"},
    {"model", "look at and change the models that name topics: list, show, install, use", model_verbs_command,
        "kentongan model list | show [VERSION] | install FILE [--figures FILE] [--by WHO] | use VERSION   "
        "[--json]\n"
        "\n"
        "  --figures  a JSON object: what it reached in cross-validation\n"
        "\n"
        "The classifier uses the one installed last; it looks every few seconds.  use installs an old one "
        "again.  Each "
        "triage names its model.\n"
        "\n"
        "  kentongan model install office.model --figures office.json\n"
        "  kentongan model use seed-0123abcd\n"},
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
    {"keygen", "make a key pair: curve, identity, reply or vapid", keygen_command,
        "kentongan keygen curve|identity|reply|vapid --out PREFIX\n"
        "\n"
        "  curve     Z85, for the ingest socket and for each integrator\n"
        "  identity  hexadecimal, what reporters' identities are sealed to; keep the secret where no service "
        "runs\n"
        "  reply     hexadecimal, what addresses to answer to are sealed to: the public one for ingest, the "
        "secret one for\n"
        "            the notifier\n"
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
    {"person", "look after the officers: add, list, change, remove, password, enrol, phone", person_command,
        "kentongan person add --name NAME --full-name TEXT --agency CODE --role ROLE [--language id|en]   "
        "[--json]\n"
        "kentongan person list [--agency CODE] [--removed]   [--json]\n"
        "kentongan person change NAME [--full-name TEXT] [--agency CODE] [--role ROLE] [--language id|en]   "
        "[--json]\n"
        "kentongan person remove NAME   [--json]\n"
        "kentongan person password NAME [--stdin]   [--json]\n"
        "kentongan person enrol NAME [--hours N]   [--json]\n"
        "kentongan person phone NAME --leg sms|whatsapp|email --to NUMBER|ADDRESS [--label TEXT]   [--json]\n"
        "\n"
        "  NAME        what the person logs in with: 2 to 40 of a-z 0-9 . _ -; never given to somebody else "
        "later\n"
        "  --role      officer, deputy, head, desk, sekda, governor\n"
        "  password    makes one and prints it once; --stdin: the first line of standard input, 12 to 128 "
        "bytes.  All\n"
        "              sessions of the person are ended\n"
        "  enrol       prints a link that logs in once, on the phone that opens it; --hours: how long it is "
        "good (24)\n"
        "  phone       where else the person is told.  Numbers as people write them: 0812-3456-7890 is "
        "+6281234567890\n"
        "  remove      also ends the sessions, and the phones ring no more; what the person did stays\n"
        "\n"
        "  kentongan person add --name sri --full-name 'Sri Wahyuni' --agency DISHUB --role officer\n"
        "  kentongan person phone sri --leg sms --to 0812-3456-7890\n"},
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
    {"why", "derive each deadline of a ticket, in words and figures", why_command,
        "kentongan why CODE [--json]\n"
        "\n"
        "Of each clock: the policy and who says so, what started it, each stretch of working time, pauses, "
        "who had the\n"
        "ticket for how long, when each step of the ladder is due, who was told when, what stopped it, how "
        "it "
        "was moved,\n"
        "and whether the stored deadline is the one that is derived now from the facts.\n"
        "\n"
        "CODE is that of any report of the ticket.  --json has the same facts; times are Unix milliseconds.\n"
        "Exit code 4: there is no such report, or it has no ticket yet.\n"
        "\n"
        "  kentongan why JT-7K2M-90QX-4\n"},
    {"policy", "look at deadlines' policies, add a version, try one on the past: list, add, try",
        policy_command,
        "kentongan policy list [CLOCK]   [--json]\n"
        "kentongan policy add CLOCK [--hours N | --seconds N | --days N | --off] --source TEXT [--from "
        "TIME]\n"
        "                     [--unit U] [--starts M] [--stops M] [--kinds K] [--topics T] [--levels L] "
        "[--channels C]\n"
        "                     [--ladder STEPS]   [--json]\n"
        "kentongan policy try FILE --quarter 2026Q3 [--as-of TIME]   [--json]\n"
        "\n"
        "add: what is not said is taken from the version that is replaced: the latest of the clock with the "
        "same\n"
        "conditions (kinds, topics, levels, channels), else the latest without any.\n"
        "  --hours, --seconds, --days  how long the clock runs; days are working days unless --unit is wall\n"
        "  --off       from then on it does not run for these tickets\n"
        "  --unit      wall, working_days, working_hours\n"
        "  --source    the rule that says so\n"
        "  --from      when it takes effect, of Asia/Jakarta unless it names a zone (now).  A time in the "
        "past "
        "is allowed:\n"
        "              the open clocks that started since are derived anew, and journalled\n"
        "  --starts, --stops   moments: received, routed, forwarded, desk, returned, response, progress, "
        "follow_up,\n"
        "              reply, done, reopened\n"
        "  --kinds     complaint, criticism, aspiration, suggestion, information_request, urgent\n"
        "  --topics    codes of topics or sektor; --levels: of agencies; --channels: web, sms .. sp4n\n"
        "  --ladder    who is told when: '50% officer, 100% head, +6h sekda'; '' = nobody\n"
        "\n"
        "try: who would enter or leave the negligence list of a quarter under other rules, ticket by ticket. "
        "Nothing is\n"
        "changed.  FILE is JSON; the keys of a policy are the options above, and one without from counts as "
        "always in force:\n"
        "  {\"policies\": [{\"clock\": \"first_response\", \"hours\": 12, \"levels\": \"province\"}],\n"
        "   \"holidays\": {\"add\": [\"2026-08-18\"], \"remove\": [\"2026-08-17\"]},\n"
        "   \"office\": {\"DISHUB\": \"mon-thu 08:00-16:00; fri 08:00-11:00\", \"PLN\": null,\n"
        "              \"RSUDPROV\": {\"hours\": \"mon-sun 07:00-21:00\", \"on_holidays\": true}}}\n"
        "  --as-of     what is known by then counts (now); objections are not looked at\n"
        "\n"
        "  kentongan policy add first_response --hours 12 --source 'Pergub 1/2027' --from 2027-01-01\n"
        "  kentongan policy add resolution --days 3 --kinds aspiration --source 'SE Sekda 4/2027'\n"
        "  kentongan policy try twelve-hours.json --quarter 2026Q3\n"},
    {"holiday", "look after the days on which nobody works: list, add, remove", holiday_command,
        "kentongan holiday list [--year Y] [--removed] | add DAY --name NAME [--kind libur|cuti] [--status "
        "S] "
        "| remove DAY\n"
        "                  [--json]\n"
        "\n"
        "  --status   confirmed (by decree), fixed (the same day each year), estimated (confirmed)\n"
        "  --removed  also those that were removed\n"
        "\n"
        "Clocks of working time stand still on them, except where an agency works on holidays (kentongan "
        "office).\n"
        "Open deadlines are derived anew within seconds, and journalled.\n"
        "\n"
        "  kentongan holiday list --year 2027\n"
        "  kentongan holiday add 2027-03-11 --name 'Cuti Bersama Idul Fitri' --kind cuti\n"},
    {"office", "say when an agency works, if not Monday to Friday all day: list, set, clear", office_command,
        "kentongan office list [AGENCY] | set AGENCY HOURS [--on-holidays] | clear AGENCY   [--json]\n"
        "\n"
        "  HOURS          days and their hours, groups parted by ';': mon-thu 08:00-12:00 13:00-16:00; fri "
        "08:00-11:00\n"
        "  --on-holidays  it works on holidays, too\n"
        "\n"
        "Only clocks of working time go by it.\n"
        "\n"
        "  kentongan office set DISHUB 'mon-thu 08:00-16:00; fri 08:00-11:00'\n"
        "  kentongan office clear DISHUB\n"},
    {"quiet", "say when officers are let sleep: list, set, clear", quiet_command,
        "kentongan quiet list | set ROLE HH:MM-HH:MM | clear ROLE   [--json]\n"
        "\n"
        "ROLE is officer or desk.  A warning that falls into these hours comes when they end, unless that is "
        "after the\n"
        "deadline.  Not for urgent tickets, and never for heads of agency.\n"
        "\n"
        "  kentongan quiet set officer 21:00-05:00\n"},
    {"template", "say what reporters are told: list, preview, set, check", template_command,
        "kentongan template list [EVENT] | check   [--json]\n"
        "kentongan template preview EVENT [--language id|jv] [--channel sms|whatsapp|email] [--code .. "
        "--agency "
        "..] [--json]\n"
        "kentongan template set EVENT --body TEXT [--language id|jv] [--channel ..] [--subject TEXT] "
        "[--json]\n"
        "\n"
        "EVENT is received, stage_verifying .. stage_reopened, question, answer or identity_opened; "
        "name_STAGE and "
        "why_VALUE\n"
        "are pieces that are put in for {stage} and {why}; any, with --channel whatsapp, names in --subject "
        "the "
        "approved\n"
        "template for all that has none of its own.  Without --channel a template is for all channels that "
        "have "
        "none.\n"
        "\n"
        "In a body {code} {agency} {stage} {topic} {place} {answer} {question} {why} {url} stand for what "
        "they "
        "say; [..] is\n"
        "left out unless all names in it stand for something; \\n is a new line, in e-mail only.  A short "
        "message has at most\n"
        "two parts in the GSM alphabet: officers' words are put into it and cut to fit.\n"
        "preview prints what would be sent, with sample words or those given; check looks at all.\n"
        "Exit code: 0 good, 1 something is wrong with a template, 4 there is none.\n"
        "\n"
        "  kentongan template preview stage_done --language jv --channel sms --answer 'Sampun murub'\n"},
    {"identity", "open who sent a report, with a reason that he is told: open, journal", identity_command,
        "kentongan identity open CODE --by NAME --reason TEXT --key FILE\n"
        "kentongan identity journal [--json]\n"
        "\n"
        "  --reason  at least 20 bytes; the reporter is told\n"
        "  --key     the office's secret key (see kentongan help keygen), which no service has\n"
        "\n"
        "First it is written into the journal, for ever, who opens it and why; then it is opened and printed "
        "as "
        "JSON.\n"
        "Exit code: 0 opened, 1 the key does not open it, 4 nothing is sealed for this report.\n"
        "\n"
        "  kentongan identity open JT-7K2M-90QX-4 --by 'Sekretaris DPU' --reason 'Permintaan penyidik, surat "
        "B/12/XI/2026' --key office.secret\n"},
    {"ring",
        "what rings until somebody answers, whom to call, and the ladders: list, calls, ladder, set, clear",
        ring_command,
        "kentongan ring list [--agency CODE] [--most N]   [--json]\n"
        "kentongan ring calls   [--json]\n"
        "kentongan ring ladder [SEVERITY] [--role ROLE]   [--json]\n"
        "kentongan ring set SEVERITY [--role ROLE] --steps STEPS   [--json]\n"
        "kentongan ring clear SEVERITY --role ROLE   [--json]\n"
        "\n"
        "  list      notices that nobody has answered yet, those that ring longest first\n"
        "  calls     the desk's list: no way has led to an answer, a person has to call\n"
        "  ladder    who is told when and how; a role without a ladder of its own has that of all roles\n"
        "  set       puts a whole ladder in the place of the one there is\n"
        "  clear     takes the ladder of a role away\n"
        "  SEVERITY  darurat: the ticket is urgent; segera: a deadline is at 80 percent or more; biasa: all "
        "others\n"
        "  ROLE      officer, head, desk, sekda, governor\n"
        "  STEPS     up to twelve, separated by semicolons: WAIT LEGS WHOM\n"
        "            WAIT from the notice: 0 for the first, then 90s, 5m, 2h, 1d\n"
        "            LEGS webpush, ntfy, sms, whatsapp, email, separated by commas\n"
        "            WHOM same (whom the notice is to), deputy, head, desk, sekda; or call, without legs\n"
        "\n"
        "A step that leads to nobody is not waited for.  Steps after the first of what is biasa leave people "
        "asleep "
        "(see quiet).\n"
        "\n"
        "  kentongan ring calls\n"
        "  kentongan ring set segera --steps '0 webpush,ntfy same; 10m sms same; 30m webpush,sms head; 1h "
        "call'\n"},
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
        "policies, holidays, quiet hours) is added to and never changed.\n"
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
