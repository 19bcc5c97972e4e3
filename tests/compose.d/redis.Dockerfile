# A stand-in for the image redis:7-bookworm where no registry can be reached: Debian's own Redis, with the same user id and
# folder.
ARG BASE_IMAGE=debian:bookworm-slim
FROM ${BASE_IMAGE}
RUN groupadd -r -g 999 redis && useradd -r -g redis -u 999 redis \
 && apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends redis-tools \
 && rm -rf /var/lib/apt/lists/* \
 && ln -s redis-check-rdb /usr/bin/redis-server \
 && install -d -o redis -g redis /data
VOLUME /data
WORKDIR /data
CMD ["redis-server", "--protected-mode", "no"]
