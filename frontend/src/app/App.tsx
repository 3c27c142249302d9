import { useIsFetching } from "@tanstack/react-query";
import { useEffect } from "react";
import { Redirect, Route, Switch } from "wouter";

import { usePerson } from "@/api";
import { useTranslation } from "@/i18n";
import { EmptyState, ErrorState, fetchParts, whenQuiet } from "@/ui";

import { Broken } from "./Broken";
import { ChatsPage } from "./ChatsPage";
import { lastOrganization } from "./lastOrganization";
import { NotFound } from "./NotFound";
import { OrganizationGate } from "./OrganizationGate";
import { Page } from "./Page";
import { Providers } from "./Providers";
import { paths } from "./paths";
import { Shell } from "./Shell";
import { ShellSkeleton } from "./ShellSkeleton";

export function App() {
  return (
    <Providers>
      <Rest />
      <Broken>
        <Switch>
          <Route path="/" component={Start} />
          <Route path="/o/:slug/*?">
            {({ slug }) => (
              <OrganizationGate key={slug} slug={slug}>
                <Shell>
                  <Switch>
                    <Route path="/o/:slug">
                      <Redirect to={paths.chats(slug)} replace />
                    </Route>
                    <Route path="/o/:slug/chats/:conversationId?">
                      {({ conversationId }) => <ChatsPage slug={slug} conversationId={conversationId} />}
                    </Route>
                    <Route component={NotFound} />
                  </Switch>
                </Shell>
              </OrganizationGate>
            )}
          </Route>
          <Route component={NotFound} />
        </Switch>
      </Broken>
    </Providers>
  );
}

/** Fetches what the first screen did without, as soon as what it shows has come. */
function Rest() {
  const isCalm = useIsFetching() === 0;
  useEffect(() => (isCalm ? whenQuiet(() => void fetchParts()) : undefined), [isCalm]);
  return null;
}

/** The bare address leads to the organisation that was open last, else to the first. */
function Start() {
  const { t } = useTranslation();
  const person = usePerson();
  if (person.isPending) return <ShellSkeleton />;
  if (person.isError)
    return (
      <Page>
        <ErrorState
          title={t("shell.startFailed")}
          error={person.error}
          onRetry={() => void person.refetch()}
        />
      </Page>
    );
  const slugs = person.data.organizations.map(({ slug }) => slug);
  const slug = slugs.find((slug) => slug === lastOrganization.get()) ?? slugs[0];
  if (slug) return <Redirect to={paths.chats(slug)} replace />;
  return (
    <Page>
      <EmptyState icon={null} title={t("shell.noOrganization.title")}>
        {t("shell.noOrganization.text")}
      </EmptyState>
    </Page>
  );
}
