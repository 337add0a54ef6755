# syntax=docker/dockerfile:1
# The command `replayscope`, with the viewer and the recorder's script in it, on an image without a shell.
# docs/deploy.md says how to run it.

# The version that rust-toolchain.toml names.
ARG RUST_VERSION=1.95.0
ARG NODE_VERSION=20

FROM --platform=$BUILDPLATFORM node:${NODE_VERSION}-bookworm-slim AS node

# What runs in browsers is the same for every platform of the server: it is built once.
FROM --platform=$BUILDPLATFORM rust:${RUST_VERSION}-bookworm AS web
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
COPY --from=node /usr/local/bin/ /usr/local/bin/
COPY --from=node /usr/local/lib/node_modules/ /usr/local/lib/node_modules/
WORKDIR /src
# The tools are a layer of their own: they change less often than the sources.
COPY rust-toolchain.toml Cargo.lock ./
COPY scripts/common.sh scripts/
COPY end2end/package.json end2end/package-lock.json end2end/
COPY player/package.json player/package-lock.json player/
COPY recorder/package.json recorder/package-lock.json recorder/
RUN source scripts/common.sh; need_app_tools; need_wasm_split; need_node_modules; need_recorder
COPY . .
RUN source scripts/common.sh; build_recorder; build_app

FROM rust:${RUST_VERSION}-bookworm AS binary
ARG RUST_VERSION
# Without this, rustup would install what else rust-toolchain.toml lists for development.
ENV RUSTUP_TOOLCHAIN=${RUST_VERSION}
WORKDIR /src
COPY . .
COPY --from=web /src/dist/ dist/
COPY --from=web /src/recorder/dist/ recorder/dist/
RUN cargo build --release --locked --package replayscope \
  && install -D target/release/replayscope /out/replayscope \
  && mkdir /out/data

# glibc instead of a static binary with musl, whose allocator is slow where many threads use it. `cc` has glibc, the
# certificates of the public authorities, and nothing to run but the command. Its Debian is that of the builder.
FROM gcr.io/distroless/cc-debian12:nonroot
LABEL org.opencontainers.image.title="Replayscope" \
  org.opencontainers.image.description="Collects, keeps and shows recorded browser sessions" \
  org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=binary /out/replayscope /usr/local/bin/replayscope
# A volume that is mounted here first gets this owner.
COPY --from=binary --chown=65532:65532 /out/data/ /data/
ENV REPLAYSCOPE_STORE=/data \
  REPLAYSCOPE_LISTEN=0.0.0.0:8687
USER 65532:65532
EXPOSE 8687
HEALTHCHECK --interval=30s --timeout=10s --start-period=10s CMD ["/usr/local/bin/replayscope", "health"]
ENTRYPOINT ["/usr/local/bin/replayscope"]
CMD ["serve"]
