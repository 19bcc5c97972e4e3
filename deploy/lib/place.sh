# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # set here for the others; root is set by quickstart
# place.sh - where the private cluster lives, and as whom.  Sourced by deploy/quickstart.
#
# Sets var (its folder) and runner (the command prefix that runs a server as its user).  PostgreSQL refuses to run as root,
# so root starts everything as the system user "kentongan", which is made when it is missing.

# The longest socket there is, and what the kernel takes (sun_path, less its NUL).
place_longest_socket=run/.s.PGSQL.5432.lock
place_socket_most=107

# Finds var without changing anything.
place_find() {
    var=${KENTONGAN_VAR:-$root/var}
    case $var in /*) ;; *) var=$PWD/$var ;; esac
    # A link was made by place_make, see there.
    var=$(readlink -m "$var")
    [[ $var != *[[:space:]\'\"\\]* ]] || die "the path $var has a blank, quote or backslash: choose another with KENTONGAN_VAR"
    [ $((${#var} + 1 + ${#place_longest_socket})) -le $place_socket_most ] ||
        die "the path $var is too long for a socket: choose a shorter one with KENTONGAN_VAR"
    port=${KENTONGAN_PORT_BASE:-5755}
    runner=()
    if [ "$(id -u)" = 0 ]; then
        runner=(runuser -u kentongan --)
    fi
    postgres_bin=/usr/lib/postgresql/15/bin
}

# May the user who runs the servers reach this folder?
place_reachable() {
    (cd / && "${runner[@]}" test -x "$1")
}

# Makes var and its folders.  Root's own home is closed to the user kentongan: var is then a link to a place under /var/lib.
place_make() {
    local link=$var
    if [ "$(id -u)" = 0 ] && ! id kentongan >/dev/null 2>&1; then
        useradd --system --user-group --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin kentongan
    fi
    mkdir -p "$(dirname "$var")"
    if [ ! -e "$var" ] && ! place_reachable "$(dirname "$var")"; then
        var=/var/lib/kentongan${link//\//-}
        say "the user kentongan cannot reach $link: using $var, and linking to it"
        install -d -m 755 "$var"
        ln -s "$var" "$link"
        place_find
    fi
    install -d -m 755 "$var" "$var/bin"
    install -d -m 700 "$var/run" "$var/log" "$var/env" "$var/keys" "$var/postgres" "$var/redis" "$var/web"
    if [ "$(id -u)" = 0 ]; then
        chown kentongan:kentongan "$var"/{run,log,env,keys,postgres,redis,web}
    fi
}

# One start, stop or destroy at a time.
place_lock() {
    exec 8>>"$var/run/quickstart.lock"
    flock -w 300 8 || die "another quickstart is at work on $var"
}

# Deletes what we made, and nothing else that may be there.
place_remove() {
    local given=${KENTONGAN_VAR:-$root/var}
    rm -rf "${var:?}"/{bin,run,log,env,keys,postgres,redis,phones,pages,web} "$var/kentongan.env"
    rmdir "$var" 2>/dev/null || say "left in place, not ours: $(echo "$var"/*)"
    if [ -L "$given" ]; then
        rm -f "$given"
    fi
}
