pub fn prepare(_: &std::path::Path) -> anyhow::Result<()> { Ok(()) }
