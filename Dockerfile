# Build: docker build --tag mintgate .
# Check: docker run --rm --env-file .env mintgate check
# Serve: docker run --rm --env-file .env --publish 127.0.0.1:4000:4000 --read-only mintgate
# The comments of compose.yaml say what else to switch off.

FROM node:24.21.0-slim AS build
WORKDIR /app
# What changes rarely comes first. No package of ours needs to run anything when it is installed.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24.21.0-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
WORKDIR /app
# Owned by root: the gateway cannot change itself, and writes no file.
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# The user node, by number: Kubernetes cannot tell whether a name is root (runAsNonRoot).
USER 1000
EXPOSE 4000
# Whether the process serves. Whether it can mint is asked at /ready, and no reason to start it anew.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Without a shell in between, so that signals reach the process.
ENTRYPOINT ["node", "dist/cli.js"]
CMD ["serve"]
