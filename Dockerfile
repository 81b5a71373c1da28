# The images of the operator and of local-ecs. `make image` builds both; docs/image.md describes them.
#
#   docker build --target ecs-operator -t ecs-operator .
#   docker build --target local-ecs -t local-ecs .
#
# Both are built from nothing: a Java runtime with the modules that are needed, the C library, the jars
# and an AOT cache. There is no shell and no package manager. The build works with BuildKit and without.

# A JDK 25, Maven 3.8.7 or newer, a shell, and ldd. Pin the digest that your registry shows for it, if
# your policy asks for one: the project cannot know it.
ARG BUILD_IMAGE=maven:3.9.11-eclipse-temurin-25

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY . .
RUN mvn -B -q -Dmaven.test.skip -Denforcer.skip -pl operator,local-ecs,image -am package

# The modules that the jars use. jdeps cannot find them, because a library is packaged wrongly; the test
# of the image fails if one is missing. The symbols of the JVM are a fifth of its size.
RUN set -e; jlink \
      --add-modules java.base,java.logging,java.management,java.naming,java.xml,jdk.httpserver,jdk.management,jdk.net,jdk.unsupported \
      --strip-java-debug-attributes --no-header-files --no-man-pages --compress zip-9 \
      --output /opt/runtime; \
    command -v strip >/dev/null || { apt-get update -qq && apt-get install -y -qq binutils; }; \
    strip --strip-unneeded /opt/runtime/lib/server/libjvm.so

# The root folder of both images: the runtime, the libraries of the system that it is linked with, and a
# user. /tmp is where a temporary file system is mounted when the root is read-only.
RUN set -e; \
    mkdir -p /image/etc /image/tmp /image/opt; \
    chmod 1777 /image/tmp; \
    for file in /opt/runtime/bin/java $(find /opt/runtime/lib -name '*.so'); do ldd "$file"; done \
      | sed -n -e 's/.* => \(\/[^ ]*\) .*/\1/p' -e 's/^[[:space:]]*\(\/[^ ]*\) .*/\1/p' \
      | grep -v '^/opt/runtime/' | sort -u \
      | while read -r library; do \
          mkdir -p "/image$(dirname "$library")"; cp -L "$library" "/image$library"; \
        done; \
    echo 'nonroot:x:65532:65532::/tmp:/none' > /image/etc/passwd; \
    echo 'nonroot:x:65532:' > /image/etc/group; \
    echo 'hosts: files dns' > /image/etc/nsswitch.conf; \
    cp -R /opt/runtime /image/opt/runtime

# An AOT cache holds for one runtime, for the jars as they are, at the same paths and with the same flags.
# So this step is the last one, and the images copy runtime, jars and cache from it.
RUN set -e; \
    mkdir -p /app/ecs-operator /app/local-ecs; \
    cp -R operator/target/ecs-operator.jar operator/target/lib operator/jvm.options /app/ecs-operator; \
    cp -R local-ecs/target/local-ecs.jar local-ecs/target/lib local-ecs/jvm.options /app/local-ecs; \
    java -jar image/target/image.jar /opt/runtime/bin/java /app/ecs-operator /app/local-ecs crds/manifests/*.yaml samples/quickstart/*.yaml; \
    chmod -R a+rX,go-w /app /image

# What both images have.
FROM scratch AS base
COPY --from=build /image /
USER 65532:65532
WORKDIR /tmp
# Each memory arena of the C library keeps memory that is free, and a JVM with few threads at work gains
# nothing from many.
ENV MALLOC_ARENA_MAX=2
LABEL org.opencontainers.image.licenses="Apache-2.0"

FROM base AS local-ecs
COPY --from=build /app/local-ecs /app/local-ecs
EXPOSE 4580
ENTRYPOINT ["/opt/runtime/bin/java", "@/app/local-ecs/jvm.options", "-XX:AOTCache=/app/local-ecs/local-ecs.aot", "-jar", "/app/local-ecs/local-ecs.jar"]
CMD ["--host=0.0.0.0"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["/opt/runtime/bin/java", "@/app/local-ecs/jvm.options", "-XX:AOTCache=/app/local-ecs/local-ecs.aot", "-cp", "/app/local-ecs/local-ecs.jar", "io.ecsoperator.launcher.Probe", "LOCAL_ECS_PORT", "4580", "/"]
ARG VERSION=unknown
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="local-ecs" \
      org.opencontainers.image.description="An Amazon ECS endpoint for tests and demos" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"

FROM base AS ecs-operator
COPY --from=build /app/ecs-operator /app/ecs-operator
EXPOSE 8080 8081
ENTRYPOINT ["/opt/runtime/bin/java", "@/app/ecs-operator/jvm.options", "-XX:AOTCache=/app/ecs-operator/ecs-operator.aot", "-jar", "/app/ecs-operator/ecs-operator.jar"]
# For Docker; Kubernetes has its own probes.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["/opt/runtime/bin/java", "@/app/ecs-operator/jvm.options", "-XX:AOTCache=/app/ecs-operator/ecs-operator.aot", "-cp", "/app/ecs-operator/ecs-operator.jar", "io.ecsoperator.launcher.Probe", "ECS_OPERATOR_HEALTH_PORT", "8081", "/readyz"]
ARG VERSION=unknown
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="ecs-operator" \
      org.opencontainers.image.description="A Kubernetes operator for Amazon ECS" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"
