# shellcheck shell=bash
# shellcheck disable=SC2154 # var, runner, port and the like are set by place.sh and quickstart
# processes.sh - starting, awaiting and stopping what runs under lib/supervise.  Sourced by deploy/quickstart.
#
# A process is there as long as its supervisor holds the lock run/NAME.lock, so no stale pid can fool us.

# Seconds until something that does not come up, or does not end, is given up.
process_patience=60
process_stop_patience=15

# The look is a shared lock, so that two who look at once do not take each other for a supervisor.
process_supervised() {
    [ -e "$var/run/$1.lock" ] && ! flock -s -n "$var/run/$1.lock" true
}

# process_start NAME SIGNAL PROGRAM [ARGUMENT..]: does nothing when it is there already.  Returns once it is supervised.
process_start() {
    local name=$1
    if process_supervised "$name"; then
        return
    fi
    : >"$var/run/$name.lock"
    [ "$(id -u)" != 0 ] || chown kentongan:kentongan "$var/run/$name.lock"
    # The environment is empty but for these: nothing of the caller's shell leaks into a server.
    (
        cd /
        exec setsid "${runner[@]}" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/ \
            "$var/bin/supervise" "$var" "$@" </dev/null >/dev/null 2>&1 7>&- 8>&-
    ) &
    disown
    until_true "the supervisor of $name" test -s "$var/run/$name.lock"
}

# until_true WHAT COMMAND..: waits until the command succeeds, or dies saying WHAT was waited for.
until_true() {
    local what=$1 patience=$((SECONDS + process_patience))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $patience ] || die "waited ${process_patience} s for $what in vain"
        sleep 0.05
    done
}

# A service writes its metrics as soon as it is up, and the supervisor removes those of the life before.
process_await() {
    local patience=$((SECONDS + process_patience))
    until [ -e "$var/run/$1.metrics" ]; do
        if [ $SECONDS -ge $patience ] || ! process_supervised "$1"; then
            tail -n 5 "$var/log/$1.log" >&2
            die "$1 does not come up; its log is above"
        fi
        sleep 0.05
    done
}

# end SIGNAL PID..: a process that is gone by now is what is wanted.
end() {
    local signal=$1 pid
    shift
    for pid in "$@"; do
        if ! kill "-$signal" "$pid" 2>/dev/null && [ -d "/proc/$pid" ]; then
            die "cannot send SIG$signal to process $pid"
        fi
    done
}

# Asks all to stop, then waits until they have.
processes_stop() {
    local name supervised=()
    for name in "$@"; do
        if process_supervised "$name"; then
            supervised+=("$name")
            end TERM "$(cat "$var/run/$name.lock")"
        fi
    done
    for name in "${supervised[@]}"; do
        if ! flock -s -w $process_stop_patience "$var/run/$name.lock" true; then
            say "$name did not stop within $process_stop_patience s: killed"
            end KILL "$(cat "$var/run/$name.lock")" "$(cat "$var/run/$name.pid")"
        fi
    done
}

process_stop() {
    processes_stop "$1"
}

# Prints one line on a process; 1 when it does not run.
process_line() {
    local pid
    pid=$(cat "$var/run/$1.pid" 2>/dev/null) || pid=
    if [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; then
        printf '%-18s up    pid %-8s since %s\n' "$1" "$pid" "$(date -d "@$(stat -c %Y "$var/run/$1.pid")" '+%F %T')"
    elif process_supervised "$1"; then
        printf '%-18s DOWN  about to be started again; see deploy/quickstart logs %s\n' "$1" "$1"
        return 1
    else
        printf '%-18s DOWN  see deploy/quickstart logs %s\n' "$1" "$1"
        return 1
    fi
}
