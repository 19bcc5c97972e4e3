# shellcheck shell=bash
# shellcheck disable=SC2154 # var, runner, port and the like are set by place.sh and quickstart
# servers.sh - the private PostgreSQL and Redis.  Sourced by deploy/quickstart.
#
# Both listen on sockets in run/ alone, which only their user may enter: that is what "trust" rests on.

servers_initdb() {
    [ ! -e "$var/postgres/PG_VERSION" ] || return 0
    say "making a private PostgreSQL cluster in $var/postgres"
    (cd / && "${runner[@]}" "$postgres_bin/initdb" -D "$var/postgres" -U kentongan -A trust -E UTF8 --locale=C.UTF-8 \
        --data-checksums >"$var/log/initdb.log" 2>&1) || die "initdb failed; see $var/log/initdb.log"
    echo "include 'kentongan.conf'" >>"$var/postgres/postgresql.conf"
}

# Sized by the machine; nothing here trades safety for speed.
servers_configure() {
    local memory_mb buffers_mb
    memory_mb=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
    buffers_mb=$((memory_mb / 8 < 1024 ? memory_mb / 8 : 1024))
    cat >"$var/postgres/kentongan.conf" <<END
# Written by deploy/quickstart at each start.
listen_addresses = ''
unix_socket_directories = '$var/run'
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = ${buffers_mb}MB
fsync = on
synchronous_commit = on
full_page_writes = on
wal_compression = lz4
# Each part of the log is written in full once between two checkpoints: few of them cost less, and a longer recovery.
max_wal_size = 8GB
checkpoint_timeout = 15min
log_line_prefix = '%m [%p] %a '
# Neither statements nor failing rows: a citizen's words do not belong into a log.
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = on
timezone = 'UTC'
# Compiling a query costs more than any query of ours.
jit = off
END
    cat >"$var/redis/redis.conf" <<END
# Written by deploy/quickstart at each start.
port 0
unixsocket $var/run/redis.sock
unixsocketperm 700
dir $var/redis
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
END
    chmod 600 "$var/postgres/kentongan.conf" "$var/redis/redis.conf"
    if [ "$(id -u)" = 0 ]; then
        chown kentongan:kentongan "$var/postgres/kentongan.conf" "$var/redis/redis.conf"
    fi
}

servers_start() {
    servers_initdb
    servers_configure
    # The Redis server is the same program as its checker, by another name; only the checker's name is in redis-tools.
    ln -sfn /usr/bin/redis-check-rdb "$var/bin/redis-server"
    process_start postgres INT "$postgres_bin/postgres" -D "$var/postgres"
    process_start redis TERM "$var/bin/redis-server" "$var/redis/redis.conf"
    until_true "PostgreSQL, see $var/log/postgres.log" "$postgres_bin/pg_isready" -q -h "$var/run" -U kentongan -d postgres
    until_true "Redis, see $var/log/redis.log" servers_redis_answers
    if ! "$postgres_bin/psql" -h "$var/run" -U kentongan -d postgres -Atqc \
        "SELECT 1 FROM pg_database WHERE datname = 'kentongan'" | grep -q 1; then
        "$postgres_bin/createdb" -h "$var/run" -U kentongan -T template0 -E UTF8 --locale=C.UTF-8 kentongan
    fi
    say "up: postgres redis (sockets in $var/run)"
}

servers_redis_answers() {
    redis-cli -s "$var/run/redis.sock" ping | grep -q PONG
}
