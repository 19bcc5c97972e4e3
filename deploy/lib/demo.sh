# shellcheck shell=bash
# shellcheck disable=SC2154 # var, runner, port and the like are set by place.sh and quickstart
# demo.sh - phones of a few agencies, and sample reports that make them ring.  Sourced by deploy/quickstart.

# Those that the samples are routed to.
demo_agencies=(PEMDA-33.22 PEMDA-33.23 PEMDA-33.26 BPBD DISDIKBUD TRIAGE)

# Who can log in to the app: an officer of the agency that the first sample is routed to, the triage desk, and the governor.
demo_people=("petugas|Sri Wahyuni|PEMDA-33.22|officer" "meja|Bambang Setyo|TRIAGE|desk" "gubernur|Gubernur|GUBERNUR|governor")

demo_persons() {
    local one name full_name agency role known
    known=$(cli person list --json)
    for one in "${demo_people[@]}"; do
        IFS='|' read -r name full_name agency role <<<"$one"
        grep -q "\"name\": *\"$name\"" <<<"$known" || cli person add --name "$name" --full-name "$full_name" --agency "$agency" \
            --role "$role" >"$var/log/person.log" 2>&1 || die "$name cannot be added: $(cat "$var/log/person.log")"
    done
}

# A link that logs each of them in, once.
demo_links() {
    local one name
    for one in "${demo_people[@]}"; do
        name=${one%%|*}
        printf '    %-10s %s\n' "$name" "$(cli person enrol "$name" | grep -o 'http[^ ]*')"
    done
}

demo_run() {
    demo_publish
    demo_next
}

# Comes before the services: the notifier reads its list of phones when it starts, and then every few seconds.
# Phones keep their keys in phones/, so that a phone that was off is the same phone when it comes back.
demo_phones() {
    local i agency name
    install -d -m 700 "$var/phones"
    [ "$(id -u)" != 0 ] || chown kentongan:kentongan "$var/phones"
    for i in "${!demo_agencies[@]}"; do
        agency=${demo_agencies[i]} name=phone-${demo_agencies[i]}
        # Western Indonesian time, also where no table of time zones is installed.
        echo "export TZ=WIB-7" >"$var/env/$name"
        process_start "$name" TERM "$var/bin/kentongan" phone --agency "$agency" --port $((port + 2 + i)) \
            --state "$var/phones/$agency.state" --subscription "$var/phones/$agency.json"
    done
    for i in "${!demo_agencies[@]}"; do
        agency=${demo_agencies[i]}
        until_true "the phone of $agency, see $var/log/phone-$agency.log" demo_listens $((port + 2 + i))
        cli device add --agency "$agency" --subscription "$var/phones/$agency.json" --label "demo phone" \
            >"$var/log/device.log" 2>&1 || die "the phone of $agency cannot be registered: $(cat "$var/log/device.log")"
    done
    say "up: phones of ${demo_agencies[*]}"
}

demo_listens() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1")
}

# Publishes, waits until every stage is done with it, and shows what the phones showed meanwhile.
demo_publish() {
    local agency rang=no
    local -A shown
    for agency in "${demo_agencies[@]}"; do
        shown[$agency]=$(stat -c %s "$var/log/phone-$agency.log")
    done
    say
    say "publishing the reports of deploy/samples/reports.tsv:"
    rm -f "$var/log/receipts.jsonl"
    cli publish "$root/deploy/samples/reports.tsv" --quiet --receipts "$var/log/receipts.jsonl" ||
        die "not every sample was accepted; see $var/log/receipts.jsonl"
    sed 's/.*"source_message_id":"\([^"]*\)","status":"\([^"]*\)","tracking_code":"\([^"]*\)".*/    \1  \3  \2/' \
        "$var/log/receipts.jsonl" | sort
    until_true "the stages to come to an end with them" demo_settled
    say
    say "what the phones showed:"
    for agency in "${demo_agencies[@]}"; do
        if [ "$(stat -c %s "$var/log/phone-$agency.log")" -gt "${shown[$agency]}" ]; then
            tail -c "+$((shown[$agency] + 1))" "$var/log/phone-$agency.log" | sed 's/^/    /'
            rang=yes
        fi
    done
    [ $rang = yes ] || say "    nothing new: they showed these reports before"
}

demo_settled() {
    cli status --json | grep -q '"settled": *true'
}

demo_next() {
    local code
    code=$(sed -n 's/.*"sample-1".*"tracking_code":"\([^"]*\)".*/\1/p' "$var/log/receipts.jsonl" | tail -n 1)
    cat <<END

Kentongan is up.  The officers' app is at http://localhost:$((port + 10)); these links log in once, for a day:

$(demo_links)

What to try next:

    . $var/kentongan.env     # the settings, and the command line tool
    kentongan show '$code'    # the story of one report
    kentongan status                   # what is stored, what waits
    kentongan tail                     # what happens, as it happens
    kentongan publish --generate 10000 --duplicates 80
    kill -9 "\$(cat $var/run/router.pid)"; deploy/quickstart status
    deploy/quickstart logs notifier -f
    deploy/quickstart stop
END
}
