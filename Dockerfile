# The decision point as an image: docker build -t cardea .
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY . .
# No script of a dependency runs: what is compiled here is TypeScript alone, by the Node of this image.
RUN npm ci --ignore-scripts && rm -f node_modules/.bin/node && npm run build

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/cardea/package.json packages/cardea/
COPY packages/cli/package.json packages/cli/
COPY packages/client/package.json packages/client/
COPY packages/server/package.json packages/server/
COPY packages/casbin/package.json packages/casbin/
# With the drivers of all databases; without the library of data frames, which no server needs.
RUN npm ci --ignore-scripts --omit=dev -w packages/cardea -w packages/cli -w packages/client -w packages/server \
  && rm -rf node_modules/nodejs-polars*
COPY --from=build /src/packages/cardea/dist packages/cardea/dist
COPY --from=build /src/packages/cardea/schema packages/cardea/schema
COPY --from=build /src/packages/cli/dist packages/cli/dist
COPY --from=build /src/packages/client/dist packages/client/dist
COPY --from=build /src/packages/server/dist packages/server/dist
COPY --from=build /src/packages/server/schema packages/server/schema

FROM node:24-alpine
ENV NODE_ENV=production
COPY --from=packages /app /app
# Policies, and a store in a file where there is one, are mounted here.
WORKDIR /data
USER 1000:1000
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/packages/cli/dist/bin.js"]
# Addresses that others reach need callers who say who they are: without authentication the server refuses to start.
CMD ["serve", "--host", "0.0.0.0"]
