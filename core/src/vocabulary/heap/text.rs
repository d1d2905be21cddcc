//! Settings of heaps as text: `phk,directory=doubling,ahead=4`. Written are those that are not as they are by
//! themselves.

use super::settings::*;
use crate::config::ParagraphFit;
use crate::refusal::{Check, Refusal, refuse};
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use strum::VariantNames;

/// A setting: it is read from text in place, and written.
trait Setting {
    /// Sets it; the error completes "expected ...".
    fn read(&mut self, text: &str) -> Result<(), String>;
    fn write(&self) -> String;
}

macro_rules! plain {
    ($($type:ty, $expected:literal;)*) => {$(
        impl Setting for $type {
            fn read(&mut self, text: &str) -> Result<(), String> {
                *self = text.parse().map_err(|_| $expected.to_string())?;
                Ok(())
            }
            fn write(&self) -> String {
                self.to_string()
            }
        }
    )*};
}

macro_rules! named {
    ($($type:ty),*) => {$(
        impl Setting for $type {
            fn read(&mut self, text: &str) -> Result<(), String> {
                *self = text.parse().map_err(|_| format!("one of {}", <$type>::VARIANTS.join(", ")))?;
                Ok(())
            }
            fn write(&self) -> String {
                <&str>::from(*self).to_string()
            }
        }
    )*};
}

plain! {
    u32, "a whole number, 0 or more";
    u64, "a whole number, 0 or more";
    i64, "a whole number";
    bool, "true or false";
    String, "text";
}
named!(Directory, Policy, ListOrder, ParagraphFit);

impl Setting for Option<u64> {
    fn read(&mut self, text: &str) -> Result<(), String> {
        let mut n = 0;
        n.read(text)?;
        *self = Some(n);
        Ok(())
    }

    fn write(&self) -> String {
        self.map_or_else(String::new, |n| n.to_string())
    }
}

impl HeapSettings {
    /// A heap of this kind, with its settings as they are by themselves; `None`: there is no such kind.
    pub fn of_kind(kind: &str) -> Option<HeapSettings> {
        Some(match kind {
            "phk" => HeapSettings::Phk(Phk::default()),
            "kr" => HeapSettings::Kr(Kr::default()),
            "dl" => HeapSettings::Dl(Dl::default()),
            "mmap_direct" => HeapSettings::MmapDirect(MmapDirect::default()),
            "freelist" => HeapSettings::Freelist(Freelist::default()),
            "paragraph" => HeapSettings::Paragraph(Paragraph::default()),
            "linux_2_0" => HeapSettings::Linux20(Linux20::default()),
            "mckusick_karels" => HeapSettings::MckusickKarels(MckusickKarels::default()),
            "slab" => HeapSettings::Slab(Slab::default()),
            "svr4" => HeapSettings::Svr4(Svr4::default()),
            _ => return None,
        })
    }

    fn each(&mut self, visit: &mut dyn FnMut(&'static str, &mut dyn Setting)) {
        match self {
            HeapSettings::Phk(phk) => {
                visit("options", &mut phk.options);
                visit("directory", &mut phk.directory);
                visit("ahead", &mut phk.ahead);
                visit("reserve", &mut phk.reserve);
                visit("limit", &mut phk.limit);
            }
            HeapSettings::Kr(kr) => {
                visit("units", &mut kr.units);
                visit("limit", &mut kr.limit);
            }
            HeapSettings::Dl(dl) => {
                visit("trim_threshold", &mut dl.trim_threshold);
                visit("mmap_threshold", &mut dl.mmap_threshold);
                visit("top_pad", &mut dl.top_pad);
                visit("limit", &mut dl.limit);
            }
            HeapSettings::MmapDirect(direct) => visit("limit", &mut direct.limit),
            HeapSettings::Freelist(list) => {
                visit("base", &mut list.base);
                visit("size", &mut list.size);
                visit("policy", &mut list.policy);
                visit("list", &mut list.list);
                visit("coalesce", &mut list.coalesce);
                visit("header", &mut list.header);
                visit("align", &mut list.align);
                visit("quirks", &mut list.quirks);
            }
            HeapSettings::Paragraph(paragraph) => {
                visit("fit", &mut paragraph.fit);
                visit("coalesce", &mut paragraph.coalesce);
                visit("array", &mut paragraph.array);
                visit("frames", &mut paragraph.frames);
            }
            HeapSettings::Linux20(_) => {}
            HeapSettings::MckusickKarels(mckusick) => visit("frames", &mut mckusick.frames),
            HeapSettings::Svr4(svr4) => visit("frames", &mut svr4.frames),
            HeapSettings::Slab(slab) => {
                visit("colouring", &mut slab.colouring);
                visit("reap", &mut slab.reap);
                visit("frames", &mut slab.frames);
            }
        }
    }

    /// Sets a setting by its name.
    ///
    /// # Errors
    /// The kind has no such setting, or the value is none of its values.
    pub fn set(&mut self, name: &str, value: &str) -> Check {
        let (mut outcome, mut names) = (None, Vec::new());
        self.each(&mut |known, setting| {
            names.push(known);
            if known == name {
                outcome = Some(setting.read(value));
            }
        });
        let short = |text: &str| text.chars().take(40).collect::<String>();
        match outcome {
            Some(Ok(())) => Ok(()),
            Some(Err(expected)) => {
                refuse(format!("heap: `{name}` is {}", short(value)), format!("it should be {expected}"))
            }
            None => {
                let what = format!("heap: {} has no setting `{}`", self.kind(), short(name));
                refuse(what, format!("it has {}", names.join(", ")))
            }
        }
    }

    /// The settings that are not as they are by themselves, by name.
    pub fn chosen(&self) -> Vec<(&'static str, String)> {
        let (mut usual, mut chosen) = (Vec::new(), Vec::new());
        let by_itself = HeapSettings::of_kind(self.kind());
        by_itself.expect("every kind has a name").each(&mut |_, setting| usual.push(setting.write()));
        let mut usual = usual.into_iter();
        self.clone().each(&mut |name, setting| {
            let value = setting.write();
            if usual.next().as_ref() != Some(&value) {
                chosen.push((name, value));
            }
        });
        chosen
    }
}

impl fmt::Display for HeapSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())?;
        self.chosen().iter().try_for_each(|(name, value)| write!(f, ",{name}={value}"))
    }
}

impl Serialize for HeapSettings {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl FromStr for HeapSettings {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<HeapSettings, Refusal> {
        let mut parts = text.split(',').map(str::trim);
        let kind = parts.next().unwrap_or("");
        let mut settings = HeapSettings::of_kind(kind).ok_or_else(|| {
            let short: String = kind.chars().take(40).collect();
            Refusal::new(format!("there is no heap `{short}`"), format!("there are {}", HEAP_KINDS.join(", ")))
        })?;
        for part in parts {
            let Some((name, value)) = part.split_once('=') else {
                let what = format!("`{}` is no setting", part.chars().take(40).collect::<String>());
                return Err(Refusal::new(what, "write name=value, such as directory=doubling"));
            };
            settings.set(name.trim(), value.trim())?;
        }
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_as_they_are_written() {
        for text in [
            "phk",
            "phk,options=AJ>,directory=linked,limit=20",
            "kr,units=8",
            "dl,top_pad=0",
            "mmap_direct,limit=3",
            "freelist,policy=worst,list=sizesort-,coalesce=true,align=8",
        ] {
            assert_eq!(text.parse::<HeapSettings>().map(|settings| settings.to_string()), Ok(text.into()));
        }
        let wrong = |text: &str| text.parse::<HeapSettings>().expect_err(text);
        assert_eq!(wrong("fhk").what, "there is no heap `fhk`");
        assert_eq!(wrong("kr,unit=8").what, "heap: kr has no setting `unit`");
        assert_eq!(wrong("phk,directory=trebling").what, "heap: `directory` is trebling");
        assert_eq!(wrong("phk,ahead=-1").hint, "it should be a whole number, 0 or more");
        assert_eq!(wrong("phk,ahead").what, "`ahead` is no setting");
    }
}
