/**
 * Whether a user who has signed in with these claims is in the organization that is asked for, by
 * its id (`org_…`) or its name. Without claims it cannot be told, and counts as a match.
 */
export const isOfOrganization = (
  claims: { org_id?: unknown; org_name?: unknown } | undefined,
  organization: unknown,
): boolean => {
  if (!claims || typeof organization !== 'string' || !organization.trim()) return true
  const asked = organization.trim()
  return asked.startsWith('org_')
    ? claims.org_id === asked
    : claims.org_name === asked.toLowerCase()
}

/** The organization that the user of an ID token has signed in to. */
export const organizationOf = ({
  org_id,
  org_name,
}: {
  org_id?: string | undefined
  org_name?: string | undefined
}): string | undefined => org_id ?? org_name
