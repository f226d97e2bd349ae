# Build: docker build --tag mintgate .
# Check: docker run --rm --env-file .env mintgate check
# Serve: docker run --rm --env-file .env --publish 127.0.0.1:4000:4000 --read-only mintgate
# compose.yaml shows further restrictions.

FROM node:24.21.0-slim AS build
WORKDIR /app
# The dependencies come first, because they change rarely. None of them needs an install script.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json LICENSE ./
COPY scripts ./scripts
COPY src ./src
# Leaves the production dependencies, and OpenTelemetry's packages, which are optional elsewhere. React is optional, too, and stays out.
RUN npm run build && npm install --no-save --save-prod --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
  $(node scripts/build/telemetry-packages.ts)

FROM node:24.21.0-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
WORKDIR /app
# These files belong to root, so that the gateway cannot change itself. It writes no files.
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# The user node, by number, because runAsNonRoot of Kubernetes does not accept a name.
USER 1000
EXPOSE 4000
# Checks that the process serves. /ready tells whether it can mint, and a restart does not change that.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# In JSON form, without a shell, so that signals reach the process.
ENTRYPOINT ["node", "dist/cli.js"]
CMD ["serve"]
