//! What a gate and a handler do with tokens.

use super::{JwtFault, JwtIssuer, MintedToken, TokenGrant, Verified, VerifyJwt};
use crate::{
    EventKind, Factor, Principal, Reason, Rejection, Scheme, Timestamp, Visit, fault::Fault, principal::Known,
};

/// Judges what was presented as a token.
pub(crate) fn judge(verifier: &dyn VerifyJwt, token: &[u8], now: Timestamp) -> Result<Principal, Fault> {
    verifier.verify(token, now).map(principal).map_err(|fault| match fault {
        JwtFault::Expired => Fault::new(Reason::Expired, EventKind::AuthnFail, fault.as_str()),
        _ => Fault::invalid(fault.as_str()),
    })
}

fn principal(verified: Verified) -> Principal {
    Principal::new(Known {
        scheme: Scheme::Jwt,
        subject: verified.subject,
        credential: verified.credential,
        scopes: verified.scopes,
        roles: Vec::new(),
        factors: verified.factors.iter().filter_map(|name| Factor::from_amr(name)).collect(),
        authenticated_at: verified.authenticated_at,
        claims: Some(verified.claims),
    })
}

impl Visit {
    /// Mints a token that acts for the caller, with these scopes and the caller's factors and login time.
    ///
    /// # Errors
    /// A [`Rejection`]: [`Reason::InsufficientScope`] when the caller lacks one of the scopes,
    /// [`Reason::Invalid`] when the caller's session has ended meanwhile, [`Reason::Unavailable`] when its store
    /// does not answer, [`Reason::Internal`] when it could not be signed.
    pub async fn mint_token(
        &self,
        issuer: &JwtIssuer,
        caller: &Principal,
        client_id: &str,
        scopes: &[String],
    ) -> Result<MintedToken, Rejection> {
        let scopes = self.hand_on(caller, scopes.to_vec())?;
        self.stands(caller).await.map_err(|fault| self.fail(Scheme::Jwt, fault))?;
        let mut grant = TokenGrant::new(caller.subject(), client_id).scopes(scopes);
        grant = grant.factors(caller.factors().iter().map(|factor| factor.as_str()));
        if let Some(at) = caller.authenticated_at() {
            grant = grant.authenticated_at(at);
        }
        let minted = issuer.mint(&grant, self.now()).map_err(|_| {
            self.fail(Scheme::Jwt, Fault::new(Reason::Internal, EventKind::AuthnUnavailable, "signing"))
        })?;
        let event = self.event(EventKind::TokenCreated).scheme(Scheme::Jwt);
        self.emit(event.subject(caller.subject()).credential(minted.id()));
        Ok(minted)
    }
}
