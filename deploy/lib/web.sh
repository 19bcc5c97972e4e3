# shellcheck shell=bash
# shellcheck disable=SC2154 # var, runner, port and the like are set by place.sh and quickstart
# web.sh - the pages of the portal, and nginx in front of it.  Sourced by deploy/quickstart.

# A copy: the user who runs the portal may not reach the source tree.
web_pages() {
    rm -rf "$var/pages.new"
    cp -R "$root/services/portal/pages" "$var/pages.new"
    chmod -R a+rX "$var/pages.new"
    if ! diff -rq "$var/pages.new" "$var/pages" >/dev/null 2>&1; then
        process_stop portal
        rm -rf "$var/pages"
        mv "$var/pages.new" "$var/pages"
    else
        rm -rf "$var/pages.new"
    fi
}

web_start() {
    install -m 755 "$root/deploy/nginx/run" "$var/bin/web"
    install -m 644 "$root/deploy/nginx/portal.conf.template" "$var/bin/portal.conf.template"
    settings_file "$var/env/web" web_settings
    process_start web QUIT "$var/bin/web"
    until_true "nginx, see $var/log/web.log" demo_listens $((port + 10))
}

web_settings() {
    echo "# Written by deploy/quickstart at each start; your own settings go into web.local beside it."
    settings_line WEB_LISTEN "127.0.0.1:$((port + 10))"
    settings_line WEB_NTFY_LISTEN "127.0.0.1:$((port + 11))"
    settings_line WEB_PORTAL "127.0.0.1:$((port + 8))"
    settings_line WEB_NTFY "127.0.0.1:$((port + 9))"
    settings_line WEB_FOLDER "$var/web"
}
