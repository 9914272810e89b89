# syntax=docker/dockerfile:1
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# docker build --build-arg COMMIT=$(git rev-parse HEAD) --build-arg DATE=$(git log -1 --format=%cI)
ARG COMMIT DATE
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.commit=$COMMIT -X main.date=$DATE" -o /localsepay ./cmd/localsepay

FROM scratch
COPY --from=build /localsepay /localsepay
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
USER 65532:65532
# Inside a container, loopback is the container's own: listen to its network.
# Publish the port to the host's loopback: docker run -p 127.0.0.1:8787:8787
ENV LOCALSEPAY_LISTEN=0.0.0.0:8787
EXPOSE 8787
HEALTHCHECK --interval=5s --timeout=3s --start-period=2s CMD ["/localsepay", "ready"]
ENTRYPOINT ["/localsepay"]
CMD ["serve"]
