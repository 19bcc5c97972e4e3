# shellcheck shell=bash
# shellcheck disable=SC2154 # var, runner, port and the like are set by place.sh and quickstart
demo_run() { :; }
