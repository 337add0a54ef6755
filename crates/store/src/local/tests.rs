use std::fs::File;
use std::time::{Duration, SystemTime};

use futures::TryStreamExt;

use super::*;

async fn names(store: &LocalFolder, prefix: Option<&str>) -> Vec<String> {
    let prefix = prefix.map(Path::from);
    let found: Vec<_> = store.list(prefix.as_ref()).try_collect().await.expect("a list");
    found.into_iter().map(|meta: ObjectMeta| meta.location.to_string()).collect()
}

async fn put(store: &LocalFolder, key: &str) -> Result<PutResult> {
    store.put(&Path::from(key), "text".into()).await
}

#[tokio::test]
async fn files_of_a_folder_are_listed_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = LocalFolder::open(&folder.path().join("new/store"), false).expect("a store");
    for key in ["b/2/x", "b/1", "a/1", "b/2/y/z", "b/3"] {
        put(&store, key).await.expect("a file");
    }
    assert_eq!(names(&store, None).await, ["a/1", "b/1", "b/3", "b/2/x", "b/2/y/z"]);
    assert_eq!(names(&store, Some("b/2")).await, ["b/2/x", "b/2/y/z"]);
    assert_eq!(names(&store, Some("c")).await, Vec::<String>::new());
    let after = store.list_with_offset(None, &Path::from("b/2/x"));
    let after: Vec<_> = after.try_collect().await.expect("a list");
    assert_eq!(after.len(), 2);
    let delimited = store.list_with_delimiter(Some(&Path::from("b"))).await.expect("a list");
    assert_eq!((delimited.common_prefixes, delimited.objects.len()), (vec![Path::from("b/2")], 2));
}

#[cfg(unix)]
#[tokio::test]
async fn symbolic_links_are_not_followed() {
    let (folder, outside) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let store = LocalFolder::open(folder.path(), false).expect("a store");
    fs::write(outside.path().join("secret"), "text").expect("a file");
    std::os::unix::fs::symlink(outside.path(), folder.path().join("link")).expect("a link");
    std::os::unix::fs::symlink(outside.path().join("secret"), folder.path().join("file")).expect("a link");
    assert_eq!(names(&store, None).await, Vec::<String>::new());
    assert_eq!(names(&store, Some("link")).await, Vec::<String>::new());
    assert!(put(&store, "link/new").await.is_err());
    for key in ["link/secret", "file"] {
        assert!(store.get(&Path::from(key)).await.is_err(), "{key}");
        assert!(store.delete(&Path::from(key)).await.is_err(), "{key}");
    }
    assert!(outside.path().join("secret").exists() && !outside.path().join("new").exists());
}

#[tokio::test]
async fn staged_files_are_deleted_when_they_are_old() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = LocalFolder::open(folder.path(), false).expect("a store");
    put(&store, "inbox/a").await.expect("a file");
    let hour = Duration::from_secs(3600);
    for (name, age) in [("a#1", 2 * hour), ("a#2", hour / 2), ("a#b", 2 * hour)] {
        let file = File::create(folder.path().join("inbox").join(name)).expect("a file");
        file.set_modified(SystemTime::now() - age).expect("a time");
    }
    assert_eq!(names(&store, None).await, ["inbox/a", "inbox/a#b"]);
    assert_eq!(delete_staged(store.root(), hour).expect("a sweep"), 1);
    assert!(!folder.path().join("inbox/a#1").exists() && folder.path().join("inbox/a#2").exists());
}
