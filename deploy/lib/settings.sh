# shellcheck shell=bash
# shellcheck disable=SC2154 # var, runner, port and the like are set by place.sh and quickstart
# settings.sh - keys and the settings of every process.  Sourced by deploy/quickstart.
#
# Files: env/NAME for each service, and kentongan.env for a person's shell and the command line tool.

# settings_line NAME VALUE
settings_line() {
    printf "export KENTONGAN_%s='%s'\n" "$1" "$2"
}

# What every service is told.
settings_common() {
    echo "# Written by deploy/quickstart at each start; your own settings go into $1.local beside it."
    settings_line DATABASE "host=$var/run user=kentongan_$1 dbname=kentongan"
    settings_line REDIS "unix:$var/run/redis.sock"
    settings_line METRICS_FILE "$var/run/$1.metrics"
}

settings_of() {
    settings_common "$1"
    case $1 in
    ingest)
        settings_line BUS_RECEIVED "ipc://$var/run/received"
        settings_line INGEST_PLAIN "tcp://127.0.0.1:$port"
        settings_line INGEST_CURVE "tcp://127.0.0.1:$((port + 1))"
        settings_line INGEST_CURVE_SECRET_KEY_FILE "$var/keys/ingest.secret"
        settings_line IDENTITY_PUBLIC_KEY "$(cat "$var/keys/identity.pub")"
        settings_line REPLY_PUBLIC_KEY "$(cat "$var/keys/reply.pub")"
        ;;
    classifier)
        settings_line BUS_RECEIVED "ipc://$var/run/received"
        settings_line BUS_TRIAGED "ipc://$var/run/triaged"
        ;;
    router)
        settings_line BUS_TRIAGED "ipc://$var/run/triaged"
        settings_line BUS_ROUTED "ipc://$var/run/routed"
        settings_line BUS_ROUTER_NOTICES "ipc://$var/run/router_notices"
        settings_line BUS_ACTED "ipc://$var/run/acted_router"
        ;;
    watcher)
        settings_line BUS_ACTED "ipc://$var/run/acted_watcher"
        settings_line BUS_ROUTED "ipc://$var/run/routed"
        settings_line BUS_WATCHER_NOTICES "ipc://$var/run/watcher_notices"
        ;;
    notifier)
        settings_line BUS_ROUTER_NOTICES "ipc://$var/run/router_notices"
        settings_line BUS_WATCHER_NOTICES "ipc://$var/run/watcher_notices"
        settings_line VAPID_PRIVATE_KEY_FILE "$var/keys/vapid.secret"
        settings_line PUSH_SUBJECT "mailto:ops@localhost"
        # The demo phone listens on loopback, where no push service of the world does.
        settings_line PUSH_ALLOW_LOOPBACK yes
        settings_line PORTAL_URL "http://localhost:$((port + 10))"
        settings_line NTFY_URL "http://127.0.0.1:$((port + 9))"
        settings_line NTFY_TOKEN_FILE "$var/keys/ntfy.token"
        settings_line REPLY_SECRET_KEY_FILE "$var/keys/reply.secret"
        ;;
    portal)
        settings_line BUS_ACTED_ROUTER "ipc://$var/run/acted_router"
        settings_line BUS_ACTED_WATCHER "ipc://$var/run/acted_watcher"
        settings_line PORTAL_LISTEN "127.0.0.1:$((port + 8))"
        settings_line NTFY_LISTEN "127.0.0.1:$((port + 9))"
        settings_line PORTAL_URL "http://localhost:$((port + 10))"
        settings_line NTFY_URL "http://localhost:$((port + 11))"
        settings_line PORTAL_PAGES "$var/pages"
        settings_line PORTAL_PROXY "127.0.0.1"
        settings_line VAPID_PUBLIC_KEY "$(cat "$var/keys/vapid.pub")"
        settings_line NTFY_TOKEN_FILE "$var/keys/ntfy.token"
        settings_line HOOK_SECRET_FILE "$var/keys/hook.secret"
        settings_line INGEST "tcp://127.0.0.1:$port"
        settings_line PUSH_ALLOW_LOOPBACK yes
        ;;
    esac
}

# Makes each key once.  The secret that opens identities stays with whoever runs this; no service can read it.
settings_keys() {
    settings_key curve ingest
    settings_key vapid vapid
    settings_key identity identity
    settings_key reply reply
    settings_random ntfy.token
    settings_random hook.secret
    if [ "$(id -u)" = 0 ]; then
        chown kentongan:kentongan "$var/keys"/{ingest.secret,vapid.secret,reply.secret,ntfy.token,hook.secret}
    fi
}

# settings_random FILE: 192 random bits, once.
settings_random() {
    [ ! -e "$var/keys/$1" ] || return 0
    (umask 077 && head -c 24 /dev/urandom | od -A n -t x1 | tr -d ' \n' >"$var/keys/$1.new")
    mv "$var/keys/$1.new" "$var/keys/$1"
}

settings_key() {
    [ -e "$var/keys/$2.pub" ] || "$var/bin/kentongan" keygen "$1" --out "$var/keys/$2" >/dev/null
}

settings_write() {
    local stage
    for stage in "${stages[@]}"; do
        settings_file "$var/env/$stage" settings_of "$stage"
    done
    settings_file "$var/kentongan.env" settings_shell
}

# settings_file FILE COMMAND..: whole or not at all.
settings_file() {
    local file=$1
    shift
    "$@" >"$file.new"
    chmod 644 "$file.new"
    mv "$file.new" "$file"
}

settings_shell() {
    echo "# Written by deploy/quickstart at each start, for your shell: . $var/kentongan.env"
    settings_line DATABASE "host=$var/run user=kentongan_ops dbname=kentongan"
    settings_line OWNER_DATABASE "host=$var/run user=kentongan dbname=kentongan"
    settings_line REDIS "unix:$var/run/redis.sock"
    settings_line INGEST_PLAIN "tcp://127.0.0.1:$port"
    settings_line INGEST_CURVE "tcp://127.0.0.1:$((port + 1))"
    settings_line PUSH_ALLOW_LOOPBACK yes
    settings_line PORTAL_URL "http://localhost:$((port + 10))"
    echo "export PATH=\"$var/bin:\$PATH\""
}

# The command line tool, with the settings of this cluster and no others.
cli() {
    (
        # shellcheck disable=SC1091 # made at run time
        . "$var/kentongan.env"
        exec "$var/bin/kentongan" "$@"
    )
}
