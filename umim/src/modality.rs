//! The modality of an action, and what happens when two actions share one.
//!
//! The table is that of nemoguardrails 0.24.1.

use std::fmt;

/// A channel of the interaction. Actions in the same channel affect each other, see [`ModalityPolicy`].
///
/// ```
/// assert_eq!(umim::Modality::BotSpeech.as_str(), "bot_speech");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Modality {
    /// What the bot says: `bot_speech`.
    BotSpeech,
    /// What the user says: `user_speech`.
    UserSpeech,
    /// Timers: `time`.
    Time,
    /// The bot's face: `bot_face`.
    BotFace,
    /// The bot's gestures: `bot_gesture`.
    BotGesture,
    /// The bot's posture: `bot_posture`.
    BotPosture,
    /// What is shown: `information`.
    Information,
    /// Effects of moving the camera: `camera_motion_effect`.
    CameraMotionEffect,
    /// What the camera shows: `camera_shot`.
    CameraShot,
}

/// What happens when an action starts while another one in the same modality is active.
///
/// ```
/// assert_eq!(umim::ModalityPolicy::Override.to_string(), "override");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ModalityPolicy {
    /// Both run: `parallel`.
    Parallel,
    /// The new one hides the older one, which comes back afterwards: `override`.
    Override,
    /// The new one ends the older one: `replace`.
    Replace,
}

const STANDARD_ACTIONS: [(&str, Modality, ModalityPolicy); 11] = [
    (
        "UtteranceBotAction",
        Modality::BotSpeech,
        ModalityPolicy::Replace,
    ),
    (
        "UtteranceUserAction",
        Modality::UserSpeech,
        ModalityPolicy::Replace,
    ),
    ("TimerBotAction", Modality::Time, ModalityPolicy::Parallel),
    (
        "FacialGestureBotAction",
        Modality::BotFace,
        ModalityPolicy::Replace,
    ), // contains the next one
    (
        "GestureBotAction",
        Modality::BotGesture,
        ModalityPolicy::Override,
    ),
    (
        "PostureBotAction",
        Modality::BotPosture,
        ModalityPolicy::Override,
    ),
    (
        "VisualChoiceSceneAction",
        Modality::Information,
        ModalityPolicy::Override,
    ),
    (
        "VisualInformationSceneAction",
        Modality::Information,
        ModalityPolicy::Override,
    ),
    (
        "VisualFormSceneAction",
        Modality::Information,
        ModalityPolicy::Override,
    ),
    (
        "MotionEffectCameraAction",
        Modality::CameraMotionEffect,
        ModalityPolicy::Override,
    ),
    (
        "ShotCameraAction",
        Modality::CameraShot,
        ModalityPolicy::Override,
    ),
];

/// The actions of UMIM itself that have a modality. A front end performs them, not the dialogue engine.
///
/// ```
/// assert!(umim::standard_actions().any(|action| action == "UtteranceBotAction"));
/// ```
pub fn standard_actions() -> impl Iterator<Item = &'static str> {
    STANDARD_ACTIONS.iter().map(|(action, _, _)| *action)
}

/// The modality and policy of an event or action: those of the first standard action whose name it contains.
///
/// ```
/// use umim::{Modality, ModalityPolicy, modality_of};
///
/// let speech = Some((Modality::BotSpeech, ModalityPolicy::Replace));
/// assert_eq!(modality_of("StartUtteranceBotAction"), speech);
/// assert_eq!(modality_of("StartCustomTestAction"), None);
/// ```
pub fn modality_of(name: &str) -> Option<(Modality, ModalityPolicy)> {
    let row = STANDARD_ACTIONS
        .iter()
        .find(|(action, _, _)| name.contains(action));
    row.map(|(_, modality, policy)| (*modality, *policy))
}

impl Modality {
    /// Its name in events.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BotSpeech => "bot_speech",
            Self::UserSpeech => "user_speech",
            Self::Time => "time",
            Self::BotFace => "bot_face",
            Self::BotGesture => "bot_gesture",
            Self::BotPosture => "bot_posture",
            Self::Information => "information",
            Self::CameraMotionEffect => "camera_motion_effect",
            Self::CameraShot => "camera_shot",
        }
    }
}

impl ModalityPolicy {
    /// Its name in events.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Parallel => "parallel",
            Self::Override => "override",
            Self::Replace => "replace",
        }
    }
}

impl fmt::Display for Modality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for ModalityPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: Option<(&str, &str)>) {
        let found =
            modality_of(name).map(|(modality, policy)| (modality.as_str(), policy.as_str()));
        assert_eq!(found, expected, "for {name}");
    }

    #[test]
    fn every_standard_action_has_its_modality() {
        check("UtteranceBotAction", Some(("bot_speech", "replace")));
        check("UtteranceUserAction", Some(("user_speech", "replace")));
        check("TimerBotAction", Some(("time", "parallel")));
        check("GestureBotAction", Some(("bot_gesture", "override")));
        check("PostureBotAction", Some(("bot_posture", "override")));
        check("VisualChoiceSceneAction", Some(("information", "override")));
        check(
            "VisualInformationSceneAction",
            Some(("information", "override")),
        );
        check("VisualFormSceneAction", Some(("information", "override")));
        check(
            "MotionEffectCameraAction",
            Some(("camera_motion_effect", "override")),
        );
        check("ShotCameraAction", Some(("camera_shot", "override")));
    }

    #[test]
    fn a_facial_gesture_is_no_gesture() {
        check(
            "FacialGestureBotActionStarted",
            Some(("bot_face", "replace")),
        );
    }

    #[test]
    fn the_name_may_stand_anywhere() {
        check("StopMyUtteranceBotAction", Some(("bot_speech", "replace")));
        check(
            "UtteranceUserActionTranscriptUpdated",
            Some(("user_speech", "replace")),
        );
    }

    #[test]
    fn other_events_have_none() {
        check("UtteranceBot", None);
        check("StartCustomTestAction", None);
        check("", None);
    }
}
